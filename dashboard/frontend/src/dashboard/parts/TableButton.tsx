import { Icon } from './Icon'

interface Properties {
  of: string
  pressed: boolean
  toggle: (pressed: boolean) => void
}

/** Shows a chart as a table. */
export function TableButton({ of, pressed, toggle }: Properties) {
  return (
    <button type="button" class="button quiet" aria-pressed={pressed} onClick={() => toggle(!pressed)}>
      <Icon name="table" />
      Table
      <span class="sr"> of {of}</span>
    </button>
  )
}
