/** Programs that read a section of the credentials file, by the names of `--for`. */
export const PROGRAMS = ['dbeaver', 'athena-jdbc', 'r', 'java1', 'serverless'] as const

export type ProgramName = (typeof PROGRAMS)[number]
