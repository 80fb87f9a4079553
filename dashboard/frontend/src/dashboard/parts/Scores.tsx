import { useAnswer } from '../api/useAnswer'
import { count, interval, score } from '../format'
import { Scores as Query } from '../generated/queries'
import type { Levels } from '../levels'
import { address, follow } from '../place'
import type { Period } from '../ranges'
import { Failure } from './Message'
import { Time } from './Time'
import { Verdict } from './Verdict'

interface Properties {
  customer: string
  explained: string | null
  period: Period | null
  levels: Levels
}

/** The newest scores of the range; each can be taken apart. */
export function Scores({ customer, explained, period, levels }: Properties) {
  const { startDate, endDate } = period ?? {}
  const { data, error, again } = useAnswer(Query, period && { id: customer, timeRange: { startDate, endDate } })
  const rows = data?.sentimentScores?.edges.map(({ node }) => node) ?? []
  if (error) return <Failure error={error} again={again} />
  if (rows.length === 0) return null
  return (
    <section aria-labelledby="scores-title">
      <h3 id="scores-title">Newest scores of the range</h3>
      <table class="list compact">
        <thead>
          <tr>
            <th scope="col">Hour from</th>
            <th scope="col" class="number">FP</th>
            <th scope="col" class="number">FN</th>
            <th scope="col">Score</th>
            <th scope="col" class="from-sm">State</th>
            <th scope="col"><span class="sr">Explanation</span></th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const change = { score: row.jobId }
            const isShown = row.jobId === explained
            return (
              // By its hour: a revision keeps its row, and the focus that may be in it.
              <tr key={row.windowStart} class={isShown ? 'open' : ''}>
                <th scope="row"><Time at={row.windowStart} inRow /></th>
                <td class="number">{count(row.fpCount)}</td>
                <td class="number">{count(row.fnCount)}</td>
                <td>
                  <b>{score(row.sentimentScore)}</b>{' '}
                  <span class="interval">{interval(row.scoreLow, row.scoreHigh)}</span>
                </td>
                <td class="from-sm">
                  <Verdict value={row.sentimentScore} low={row.scoreLow} high={row.scoreHigh} state={row.state} levels={levels} />
                </td>
                <td>
                  <a href={address(change)} onClick={follow(change)} aria-current={isShown ? 'true' : undefined}>
                    Why?
                  </a>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}
