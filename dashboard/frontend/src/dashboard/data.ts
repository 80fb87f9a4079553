import { useMemo } from 'preact/hooks'

import { type Answer, useAnswer } from './api/useAnswer'
import { type Columns, ofAggregates } from './columns'
import { newest } from './freshness'
import { Basics, Industry, Product } from './generated/queries'
import type { Levels } from './levels'
import { view } from './place'
import { type Period, period } from './ranges'

/** Levels and the first window: what every part needs. */
export function useBasics(): Answer<{ levels: Levels; first: string | null }> {
  const answer = useAnswer(Basics, {})
  const data = useMemo(
    () =>
      answer.data && {
        levels: answer.data.scoringLevels,
        first: answer.data.overallSentiments?.edges[0]?.node.windowStart ?? null,
      },
    [answer.data],
  )
  return { ...answer, data }
}

/** The chosen range; undefined while it is not known yet, null where it is empty. */
export function usePeriod(first: string | null | undefined): Period | null | undefined {
  const { range, from, to, resolution } = view.value
  const end = newest.value
  return useMemo(
    () => (end === null || !first ? undefined : period(view.value, end, first)),
    [end, first, range, from, to, resolution],
  )
}

/** The standing score and the reports over time: of the chosen industry, else of the product. */
export function useStanding(industry: string | null, of: Period | null): Answer<Columns> {
  const { startDate, endDate, resolution } = of ?? {}
  const timeRange = { startDate, endDate }
  const product = useAnswer(Product, of && industry === null ? { timeRange, resolution } : null)
  const segment = useAnswer(
    Industry,
    of && industry !== null ? { industries: [industry], timeRange, resolution } : null,
  )
  const answer = industry === null ? product : segment
  const series = industry === null ? product.data?.overallSeries : segment.data?.segmentSeries?.[0]
  const known = answer.data !== undefined
  const data = useMemo(() => {
    if (!known) return undefined
    const found = of?.resolution ?? 'HOUR'
    return series ? ofAggregates(series, found) : ofAggregates(NOTHING, found)
  }, [known, series, of?.resolution])
  return { data, error: answer.error, busy: answer.busy, again: answer.again }
}

const NOTHING = {
  windowStart: [],
  windows: [],
  standingSentimentScore: [],
  standingLow: [],
  standingHigh: [],
  totalFnCount: [],
  totalFpCount: [],
}
