import { moment, utc } from '../format'

interface Properties {
  at: string | number
  text?: string
  /** Within a row that has a link, the row's focus shows the tip. */
  inRow?: boolean
}

/** A time in the reader's zone; UTC when pointed at or reached by the keyboard. */
export function Time({ at, text, inRow = false }: Properties) {
  const iso = new Date(at).toISOString()
  return (
    <time class="tip" dateTime={iso} data-tip={utc(at)} tabIndex={inRow ? undefined : 0}>
      {text ?? moment(at)}
    </time>
  )
}
