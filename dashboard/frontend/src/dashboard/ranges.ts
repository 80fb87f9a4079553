import type { View } from './address'
import type { Resolution } from './generated/queries'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR
const WEEK = 7 * DAY
const LENGTHS = { '24h': DAY, '7d': WEEK, '30d': 30 * DAY } as const
const HOURS_AT_MOST = 20_000

/** A stretch of time as the API takes it, and how finely it is shown. */
export interface Period {
  startDate: string
  endDate: string
  resolution: Resolution
}

/** The buckets of a resolution, in milliseconds. */
export const BUCKETS: Record<Resolution, number> = { HOUR, DAY, WEEK }

/**
 * What a view shows: `newest` is the end of the newest window, `first` the start of the first one.
 * Null: the range is empty.
 */
export function period(view: View, newest: string, first: string): Period | null {
  const end = view.to === null ? Date.parse(newest) : Math.min(Date.parse(view.to), Date.parse(newest))
  const start = Math.max(begin(view, Date.parse(newest)), Date.parse(first))
  if (start >= end) return null
  return { startDate: iso(start), endDate: iso(end), resolution: resolution(view, end - start) }
}

/** Does the chosen range hold the newest window? Scores of now are not those of a range that does not. */
export function reachesNow({ from, to }: View, newest: string): boolean {
  const end = Date.parse(newest)
  return (to === null || Date.parse(to) >= end) && (from === null || Date.parse(from) < end)
}

function begin(view: View, newest: number): number {
  if (view.from !== null) return Date.parse(view.from)
  if (view.to !== null || view.range === 'all') return -Infinity
  return newest - LENGTHS[view.range]
}

/** As fits the length, or as was chosen, if that is not too much to draw. */
function resolution(view: View, length: number): Resolution {
  if (view.resolution === 'hour' && length / HOUR <= HOURS_AT_MOST) return 'HOUR'
  if (view.resolution === 'day') return 'DAY'
  if (view.resolution === 'week') return 'WEEK'
  if (length <= 14 * DAY) return 'HOUR'
  return length <= 183 * DAY ? 'DAY' : 'WEEK'
}

/** The start of a bucket, as the API cuts them: hours and days in UTC, weeks from Monday. */
export function bucketStart(time: number, of: Resolution): number {
  const size = BUCKETS[of]
  const monday = of === 'WEEK' ? 4 * DAY : 0 // 1970-01-05 was a Monday.
  return Math.floor((time - monday) / size) * size + monday
}

export function iso(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z')
}
