/** The picker as it looks on a terminal, for those who have none: its own view of the demo's profiles. */
import { colours } from '../ui/colour.ts'
import { openPicker, pickerItem, pressKey } from '../ui/picker.ts'
import { PICKER_TABLE, pickerPage, viewPicker } from '../ui/picker-view.ts'
import { DEMO_PROFILES } from './home.ts'

const TYPED = 'ma'

/** The lines after a part of a name has been typed. */
export function pickerPicture(): string {
  const style = colours(false)
  const items = DEMO_PROFILES.map(([name, account, role]) => pickerItem([name, account, '', role]))
  const size = { columns: 80, rows: 24 }
  const page = pickerPage(size.rows, items.length)
  const step = pressKey(openPicker(items), { text: TYPED }, page)
  if (step.kind !== 'open') throw new Error('typing has ended the picker')
  const { lines } = viewPicker(step.state, {
    ...size,
    style,
    shown: (own) => own,
    prompt: 'Profile',
    table: PICKER_TABLE,
    note: () => ({ text: '59m', style: style.green }),
  })
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}
