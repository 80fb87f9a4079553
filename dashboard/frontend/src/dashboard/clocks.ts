import { iso } from './ranges'

/** As the browser's own field wants it: in the reader's zone, without saying so. */
export function local(at: string | undefined): string {
  if (at === undefined) return ''
  const date = new Date(at)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/**
 * What such a field says; null where it is empty. What was not touched is `before` still: in autumn
 * an hour comes twice, and the field does not say which.
 */
export function instant(field: string, before: string | undefined): string | null {
  if (field === '') return null
  return before !== undefined && field === local(before) ? before : iso(Date.parse(field))
}
