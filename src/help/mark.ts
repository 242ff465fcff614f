/** The first line of the manual page, by which an installation knows a page of its own. */
export const MAN_MARK = '.\\" The manual page of ssox, made by its build.'
