import { useAnswer } from '../api/useAnswer'
import { count, interval, score as digits } from '../format'
import { Revisions as Query } from '../generated/queries'
import { address, follow } from '../place'
import { Failure } from './Message'
import { Time } from './Time'

/** What this score was before it was revised, and why; nothing where it never was. */
export function Revisions({ score }: { score: string }) {
  const { data, error, again } = useAnswer(Query, { score })
  if (error) return <Failure error={error} again={again} />
  const revisions = data?.scoreRevisions
  if (!revisions || revisions.totalCount < 2) return null
  return (
    <table class="list compact">
      <caption>
        How this score was revised
        {revisions.totalCount > revisions.edges.length &&
          `, the last ${count(revisions.edges.length)} of ${count(revisions.totalCount)} times`}
      </caption>
      <thead>
        <tr>
          <th scope="col">Computed</th>
          <th scope="col" class="number">FP</th>
          <th scope="col" class="number">FN</th>
          <th scope="col">Score</th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        {revisions.edges.map(({ node: { result, reasons } }) => {
          const change = { score: result.jobId }
          const isShown = result.jobId === score
          return (
            <tr key={result.jobId} class={isShown ? 'open' : ''}>
              <th scope="row">
                <a href={address(change)} onClick={follow(change)} aria-current={isShown ? 'true' : undefined}>
                  <Time at={result.createdAt} inRow />
                </a>
              </th>
              <td class="number">{count(result.fpCount)}</td>
              <td class="number">{count(result.fnCount)}</td>
              <td>
                <b>{digits(result.sentimentScore)}</b>{' '}
                <span class="interval">{interval(result.scoreLow, result.scoreHigh)}</span>
              </td>
              <td>{reasons.map(({ detail }) => detail).join(' ')}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
