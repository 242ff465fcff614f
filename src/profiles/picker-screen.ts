/** A picker on this terminal, drawn on stderr. */
import type { Context } from '../context.ts'
import { readRaw } from '../system/raw-input.ts'
import { terminalSize, writeStderr } from '../system/terminal.ts'
import { shownIn } from '../ui/charset.ts'
import { decodeKeys } from '../ui/keys.ts'
import { fitPicker, type PickerState, type PickerStep, pressKey } from '../ui/picker.ts'
import {
  drawView,
  ERASE_VIEW,
  type PickerLook,
  pickerPage,
  returnAfterResize,
  viewPicker,
} from '../ui/picker-view.ts'

/**
 * Runs a picker until the person has chosen or cancelled; undefined when the terminal is gone.
 * @throws the signal's reason when aborted
 */
export async function runPicker(
  start: PickerState,
  look: Pick<PickerLook, 'prompt' | 'table' | 'note'>,
  { env, say, signal }: Context,
): Promise<Exclude<PickerStep, { kind: 'open' }> | undefined> {
  let state = start
  let cursor = 0
  let pending = ''
  const shown = (sign: string) => shownIn(env, sign)
  const page = () => pickerPage(terminalSize().rows, start.items.length)
  const draw = () => {
    const view = viewPicker(state, { ...terminalSize(), style: say.colours, shown, ...look })
    cursor = view.cursor
    writeStderr(drawView(view))
  }
  const take = (text: string, isAll: boolean) => {
    const { keys, rest } = decodeKeys(pending + text, isAll)
    pending = rest
    for (const key of keys) {
      const step = pressKey(state, key, page())
      if (step.kind !== 'open') return step
      state = step.state
    }
    if (keys.length > 0) draw()
    return undefined
  }
  const reading = readRaw(
    {
      onText: (text) => take(text, false),
      onPause: () => take('', true),
      onResize: () => {
        writeStderr(returnAfterResize(cursor, terminalSize().columns))
        state = fitPicker(state, page())
        draw()
      },
      onEnd: () => writeStderr(ERASE_VIEW),
    },
    signal,
  )
  draw()
  return reading
}
