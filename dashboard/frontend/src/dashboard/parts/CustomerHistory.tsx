import { useMemo, useState } from 'preact/hooks'

import { useAnswer } from '../api/useAnswer'
import { ofScores } from '../columns'
import { fileOver, save, toCsv } from '../csv'
import type { WholeCustomer } from '../customers'
import { History, type HistoryQuery } from '../generated/queries'
import type { Levels } from '../levels'
import { go } from '../place'
import type { Period } from '../ranges'
import { Chart } from './Chart'
import { CsvButton } from './CsvButton'
import { Failure, Message, Skeleton } from './Message'
import { TableButton } from './TableButton'
import { zoom } from './Trend'

const HEIGHT = 240

/** The scores of the chosen range as a line with its interval, or as a table. */
export function CustomerHistory({ customer, levels, period }: { customer: WholeCustomer; levels: Levels; period: Period | null }) {
  const id = String(customer.customerId)
  const { startDate, endDate, resolution } = period ?? {}
  const { data, error, again, busy } = useAnswer(
    History,
    period && { id, timeRange: { startDate, endDate }, resolution },
  )
  const [asTable, setAsTable] = useState(false)
  const series = data?.scoreSeries
  const columns = useMemo(() => (series && period ? ofScores(series, period.resolution) : null), [series])
  const { baselineScore: baseline = null, industry } = customer.currentScore ?? {}
  return (
    <section class="history" aria-labelledby="history-title" aria-busy={busy}>
      <header class="card-head">
        <h3 id="history-title">History</h3>
        {series && period && series.windowStart.length > 0 && (
          <div class="card-aside">
            <TableButton of="the history" pressed={asTable} toggle={setAsTable} />
            <CsvButton of="the history" disabled={busy} save={() => save(fileOver(period, 'history', id, customer.companyName), historyCsv(series))} />
          </div>
        )}
      </header>
      {error ? (
        <Failure error={error} again={again} />
      ) : period === null || columns?.times.length === 0 ? (
        <Message icon="none" title="No reports in this range">
          <button type="button" class="button" onClick={() => go({ range: 'all', from: null, to: null })}>
            Show everything
          </button>
        </Message>
      ) : columns ? (
        <>
          <Chart
            columns={columns}
            period={period}
            levels={levels}
            label={`History of ${customer.companyName}`}
            height={HEIGHT}
            asTable={asTable}
            zoom={zoom}
            normal={baseline === null ? undefined : `normal for ${industry}`}
          />
          {baseline === null && (
            <p class="hint">No baseline was applied to the newest score: 0.5 is not the normal of an industry here.</p>
          )}
        </>
      ) : (
        <Skeleton rows={6} label="The history" />
      )}
    </section>
  )
}

function historyCsv(series: NonNullable<HistoryQuery['scoreSeries']>): string {
  return toCsv(
    ['start_utc', 'score', 'score_low', 'score_high', 'raw_score', 'evidence', 'fn_count', 'fp_count', 'windows'],
    series.windowStart.map((start, i) => [
      start,
      series.sentimentScore[i],
      series.scoreLow[i],
      series.scoreHigh[i],
      series.rawScore[i],
      series.evidence[i],
      series.fnCount[i],
      series.fpCount[i],
      series.windows[i],
    ]),
  )
}
