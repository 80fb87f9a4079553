import type { Period } from './ranges'

export type Cell = string | number | boolean | null | undefined

/** As the server's files have it (`config/spreadsheets.py`). */
const RISKY = /^'*(\s*[=+\-@]|[\t\r])/
const QUOTED = /[",\r\n]/

/**
 * A table as RFC 4180 wants it, with a header. Texts that a spreadsheet would run as a formula get
 * an apostrophe in front; numbers stay numbers.
 */
export function toCsv(header: string[], rows: Cell[][]): string {
  return [header, ...rows].map((row) => row.map(field).join(',') + '\r\n').join('')
}

function field(value: Cell): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'string' && RISKY.test(value) ? `'${value}` : String(value)
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A file name that says what is in it: customers, filters, range. */
export function fileName(...parts: (string | null)[]): string {
  const safe = parts
    .filter((part) => part !== null && part !== '')
    .map((part) => String(part).replace(/[^\p{L}\p{N}.+-]+/gu, '-').replace(/^-+|-+$/g, ''))
  return `${safe.join('_')}.csv`
}

/** Times in file names: no colons, as some systems refuse them. */
export const stamp = (iso: string): string => iso.replaceAll(/[-:]/g, '').replace(/00Z$/, 'Z')

/** A file name that ends with what the rows are of: their resolution and range. */
export function fileOver({ startDate, endDate, resolution }: Period, ...parts: string[]): string {
  return fileName(...parts, `per ${resolution.toLowerCase()}`, stamp(startDate), stamp(endDate))
}

/** Let the browser save a file. The mark at its start tells spreadsheets that it is UTF-8. */
export function save(name: string, csv: string): void {
  const url = URL.createObjectURL(new Blob(['\ufeff', csv], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
