import { useState } from 'preact/hooks'

import type { Columns } from '../columns'
import { fileOver, save, toCsv } from '../csv'
import { useStanding } from '../data'
import type { Levels } from '../levels'
import { go, view } from '../place'
import { HOUR, type Period, bucketStart, iso } from '../ranges'
import { Card } from './Card'
import { Chart } from './Chart'
import { CsvButton } from './CsvButton'
import { Failure, Message, Skeleton } from './Message'
import { TableButton } from './TableButton'
import { PHONE, useMedia } from './useMedia'

const HEIGHT = 490
const HEIGHT_ON_PHONES = 270

/** The standing score over the chosen range, of one industry or of all. */
export function Trend({ period, levels }: { period: Period | null; levels: Levels }) {
  const { industry } = view.value
  const { data, error, busy, again } = useStanding(industry, period)
  const [asTable, setAsTable] = useState(false)
  const isPhone = useMedia(PHONE)
  const title = `Trend: ${industry ?? 'all industries'}`
  const isEmpty = period === null || (data !== undefined && data.times.length === 0)
  return (
    <Card
      title={title}
      class="trend"
      busy={busy}
      aside={
        <>
          <TableButton of="the trend" pressed={asTable} toggle={setAsTable} />
          <CsvButton
            of="the trend"
            disabled={busy || !data || isEmpty}
            save={() => {
              if (data && period) save(fileOver(period, 'trend', industry ?? 'all industries'), trendCsv(data))
            }}
          />
        </>
      }
    >
      {error ? (
        <Failure error={error} again={again} />
      ) : isEmpty ? (
        <Message
          icon="none"
          title={industry === null ? 'Nothing was read in this range' : `Nothing of ${industry} in this range`}
        >
          <button type="button" class="button" onClick={() => go({ range: 'all', from: null, to: null })}>
            Show everything
          </button>
        </Message>
      ) : data && period ? (
        <Chart columns={data} period={period} levels={levels} label={title} height={isPhone ? HEIGHT_ON_PHONES : HEIGHT} asTable={asTable} zoom={zoom} />
      ) : (
        <Skeleton rows={8} label="The trend" />
      )}
    </Card>
  )
}

/** Show the marked range, from the hour it begins in to the hour it ends in. */
export function zoom(from: number, to: number): void {
  go({ from: iso(bucketStart(from, 'HOUR')), to: iso(bucketStart(to - 1, 'HOUR') + HOUR), resolution: null })
}

function trendCsv(columns: Columns): string {
  return toCsv(
    ['start_utc', 'score', 'score_low', 'score_high', 'fn_count', 'fp_count', 'windows'],
    columns.times.map((time, i) => [
      iso(time),
      columns.score[i],
      columns.low[i],
      columns.high[i],
      columns.fn[i],
      columns.fp[i],
      columns.windows[i],
    ]),
  )
}
