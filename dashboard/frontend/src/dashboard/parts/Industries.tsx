import { useMemo } from 'preact/hooks'

import { FIRST_PAGE } from '../address'
import { useAnswer } from '../api/useAnswer'
import { save } from '../csv'
import { NONE, count, score } from '../format'
import { newest } from '../freshness'
import { Industries as Query, Lines } from '../generated/queries'
import { type Industry, byAttention, industriesCsv, industriesFile, ofLines } from '../industries'
import type { Levels } from '../levels'
import { address, filter, follow, view } from '../place'
import type { Period } from '../ranges'
import { AsOfNow } from './AsOfNow'
import { Card } from './Card'
import { CHANGE_MEANING, ChangeHeader } from './ChangeHeader'
import { CsvButton } from './CsvButton'
import { Delta } from './Delta'
import { Failure, Message, Skeleton } from './Message'
import { ScoreCell } from './ScoreCell'
import { Sparkline } from './Sparkline'
import { Verdict } from './Verdict'

/** Industries side by side, what needs attention first; one of them filters the page. */
export function Industries({ period, levels }: { period: Period | null; levels: Levels }) {
  const { data, error, again } = useAnswer(Query, {})
  const { lines, isRefused } = useLines(period)
  const rows = useMemo(() => data && byAttention(data.industries, levels), [data, levels])
  const { industry } = view.value
  const isUnknown = industry !== null && rows !== undefined && !rows.some((row) => isChosen(row, industry))
  return (
    <Card
      title={
        <>
          Industries, what needs attention first
          <AsOfNow />
        </>
      }
      class="industries"
      aside={
        <CsvButton
          of="the industries"
          disabled={!rows?.length}
          save={() => save(industriesFile(newest.value ?? ''), industriesCsv(rows ?? []))}
        />
      }
    >
      {error ? (
        <Failure error={error} again={again} />
      ) : !rows ? (
        <Skeleton rows={10} label="The list of industries" />
      ) : (
        <>
          {isUnknown && (
            <Message icon="none" title={`There is no industry “${industry}”`} alert>
              <button type="button" class="button" onClick={() => filter({ industry: null })}>
                All industries
              </button>
            </Message>
          )}
          <table class="list industries-list">
            <thead>
              <tr>
                <th scope="col">Industry</th>
                <th scope="col" class="number">
                  <span class="from-sm">Customers</span>
                  <abbr class="below-sm" title="Customers">No.</abbr>
                </th>
                <th scope="col">Score and 90 % interval</th>
                <ChangeHeader />
                <th scope="col" class="from-sm">
                  Over the range
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row
                  key={row.industry}
                  row={row}
                  levels={levels}
                  line={isRefused ? null : (lines.get(row.industry) ?? [])}
                />
              ))}
            </tbody>
          </table>
          <p class="hint">{CHANGE_MEANING}</p>
        </>
      )}
    </Card>
  )
}

function useLines(period: Period | null) {
  const of = period && ofLines(period)
  const { startDate, endDate, resolution } = of ?? {}
  const { data, error } = useAnswer(Lines, of && { timeRange: { startDate, endDate }, resolution })
  const lines = useMemo(
    () => new Map(data?.segmentSeries?.map((series) => [series.industry, series.standingSentimentScore])),
    [data],
  )
  return { lines, isRefused: error !== undefined }
}

/** The API compares names of industries without case; so does the address. */
const isChosen = (row: Industry, industry: string): boolean =>
  row.industry.toLowerCase() === industry.toLowerCase()

interface RowProperties {
  row: Industry
  levels: Levels
  /** Null where the lines have no answer. */
  line: (number | null)[] | null
}

function Row({ row, levels, line }: RowProperties) {
  const chosen = view.value.industry !== null && isChosen(row, view.value.industry)
  const change = { industry: chosen ? null : row.industry, ...FIRST_PAGE }
  const standing = { value: row.standingSentimentScore, low: row.standingLow, high: row.standingHigh, levels }
  return (
    <tr class={chosen ? 'open' : ''}>
      <th scope="row">
        <a
          href={address(change)}
          onClick={follow(change)}
          aria-current={chosen ? 'true' : undefined}
          title={chosen ? 'Show all industries' : `Show ${row.industry} alone`}
        >
          {row.industry}
        </a>
        <span class="sub">
          <Verdict {...standing} brief />
        </span>
      </th>
      <td class="number">{count(row.customers)}</td>
      <td>
        <ScoreCell {...standing} />
      </td>
      <td>{row.change ? <Delta of={row.change} /> : <span class="hint">{NONE}</span>}</td>
      <td class="from-sm">
        {line === null ? (
          <span class="hint">not known</span>
        ) : (
          <Sparkline values={line} label={lineWords(line)} />
        )}
      </td>
    </tr>
  )
}

function lineWords(line: (number | null)[]): string {
  const known = line.filter((value) => value !== null)
  if (known.length < 2) return 'no line: too little is known'
  return `from ${score(known[0])} to ${score(known.at(-1))}`
}
