import type { IndustriesQuery } from './generated/queries'
import type { Levels } from './levels'
import { DAY, type Period } from './ranges'
import { fileName, stamp, toCsv } from './csv'

export type Industry = IndustriesQuery['industries'][number]

/**
 * What needs attention first: what is surely bad or surely falling, then what may be bad, then the
 * rest; the lower score first among equals. Industries without a score come last.
 */
export function byAttention(industries: Industry[], levels: Levels): Industry[] {
  return [...industries].sort(
    (a, b) =>
      urgency(a, levels) - urgency(b, levels) ||
      (a.standingSentimentScore ?? 2) - (b.standingSentimentScore ?? 2) ||
      a.industry.localeCompare(b.industry),
  )
}

function urgency({ standingSentimentScore, standingHigh, change }: Industry, levels: Levels): number {
  if (standingSentimentScore === null || standingHigh === null) return 3
  if (standingHigh < levels.attentionBelow || isFalling(change)) return 0
  return standingSentimentScore < levels.attentionBelow ? 1 : 2
}

const isFalling = (change: Industry['change']): boolean =>
  change !== null && change.significant && change.difference < 0

/** Fine enough for a small line, and no finer. */
export function ofLines({ startDate, endDate }: Period): Period {
  const length = Date.parse(endDate) - Date.parse(startDate)
  const resolution = length <= 3 * DAY ? 'HOUR' : length <= 183 * DAY ? 'DAY' : 'WEEK'
  return { startDate, endDate, resolution }
}

export function industriesCsv(rows: Industry[]): string {
  return toCsv(
    [
      'industry',
      'customers',
      'standing_customers',
      'standing_score',
      'standing_low',
      'standing_high',
      'change',
      'change_low',
      'change_high',
      'change_significant',
      'fn_last_24_hours',
      'fp_last_24_hours',
      'baseline',
    ],
    rows.map((row) => [
      row.industry,
      row.customers,
      row.standingCustomers,
      row.standingSentimentScore,
      row.standingLow,
      row.standingHigh,
      row.change?.difference,
      row.change?.low,
      row.change?.high,
      row.change?.significant,
      row.fnLast24Hours,
      row.fpLast24Hours,
      row.baselineScore,
    ]),
  )
}

export const industriesFile = (newest: string): string => fileName('industries', stamp(newest))
