import type { Resolution } from './generated/queries'
import { BUCKETS, DAY, type Period, bucketStart } from './ranges'

type Known = number | null

/** What a chart draws: columns of one length; times in milliseconds. */
export interface Columns {
  times: number[]
  score: Known[]
  low: Known[]
  high: Known[]
  fn: Known[]
  fp: Known[]
  /** On how many windows each bucket rests. */
  windows: number[]
  resolution: Resolution
}

interface Aggregates {
  windowStart: string[]
  windows: number[]
  standingSentimentScore: Known[]
  standingLow: Known[]
  standingHigh: Known[]
  totalFnCount: number[]
  totalFpCount: number[]
}

/** Every bucket between the first and the last: hours that were not read are gaps, not guesses. */
export function ofAggregates(series: Aggregates, resolution: Resolution): Columns {
  const columns = empty(resolution)
  series.windowStart.forEach((start, i) => {
    const time = Date.parse(start)
    fillGap(columns, time)
    columns.times.push(time)
    columns.score.push(series.standingSentimentScore[i] ?? null)
    columns.low.push(series.standingLow[i] ?? null)
    columns.high.push(series.standingHigh[i] ?? null)
    columns.fn.push(series.totalFnCount[i] ?? null)
    columns.fp.push(series.totalFpCount[i] ?? null)
    columns.windows.push(series.windows[i] ?? 0)
  })
  return columns
}

interface Scores {
  windowStart: string[]
  windows: number[]
  sentimentScore: number[]
  scoreLow: number[]
  scoreHigh: number[]
  fnCount: number[]
  fpCount: number[]
}

/** A customer has scores only where it sent reports: silence between them is no gap in the data. */
export function ofScores(series: Scores, resolution: Resolution): Columns {
  return {
    times: series.windowStart.map((start) => Date.parse(start)),
    score: series.sentimentScore,
    low: series.scoreLow,
    high: series.scoreHigh,
    fn: series.fnCount,
    fp: series.fpCount,
    windows: series.windows,
    resolution,
  }
}

function empty(resolution: Resolution): Columns {
  return { times: [], score: [], low: [], high: [], fn: [], fp: [], windows: [], resolution }
}

function fillGap(columns: Columns, until: number): void {
  const before = columns.times.at(-1)
  if (before === undefined) return
  const step = BUCKETS[columns.resolution]
  for (let time = bucketStart(before, columns.resolution) + step; time < until; time += step) {
    columns.times.push(time)
    for (const name of ['score', 'low', 'high', 'fn', 'fp'] as const) columns[name].push(null)
    columns.windows.push(0)
  }
}

export const valuesAt = (columns: Columns, i: number) => ({
  score: columns.score[i] ?? null,
  low: columns.low[i] ?? null,
  high: columns.high[i] ?? null,
  fp: columns.fp[i] ?? null,
  fn: columns.fn[i] ?? null,
})

/** On how many hours a bucket rests: the first and the last are often not whole. */
export const hoursOf = ({ windows, resolution }: Columns, i: number): string =>
  `${windows[i] ?? 0} of ${BUCKETS[resolution] / BUCKETS.HOUR} h`

/** Does the range cut this bucket? Its reports are those of a part of it. */
export function isCut({ times, resolution }: Columns, i: number, { startDate, endDate }: Period): boolean {
  const start = bucketStart(times[i] ?? 0, resolution)
  return start < Date.parse(startDate) || start + BUCKETS[resolution] > Date.parse(endDate)
}

/** What came of a day, from columns of hours that end at `end`. */
export interface DayOfReports {
  fn: number
  fp: number
  windows: number
}

export function reportsOfDay(columns: Columns, end: number): DayOfReports {
  const total = { fn: 0, fp: 0, windows: 0 }
  columns.times.forEach((time, i) => {
    if (time >= end || time < end - DAY) return
    total.fn += columns.fn[i] ?? 0
    total.fp += columns.fp[i] ?? 0
    total.windows += columns.windows[i] ?? 0
  })
  return total
}
