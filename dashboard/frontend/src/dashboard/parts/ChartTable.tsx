import { type Columns, hoursOf, valuesAt } from '../columns'
import { NONE, bucket, count, interval, score, utc } from '../format'

interface Properties {
  columns: Columns
  label: string
  height: number
}

/** The same values as a table, newest first. */
export function ChartTable({ columns, label, height }: Properties) {
  const newestFirst = columns.times.map((_, i) => columns.times.length - 1 - i)
  const hourly = columns.resolution === 'HOUR'
  return (
    <div
      class="scroll"
      style={{ height: `${height}px` }}
      tabIndex={0}
      role="region"
      aria-label={`${label}, as a table`}
    >
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {hourly && <th scope="col">UTC</th>}
            <th scope="col" class="number">Score</th>
            <th scope="col" class="number">Interval</th>
            <th scope="col" class="number">FP</th>
            <th scope="col" class="number">FN</th>
            {!hourly && <th scope="col" class="number">From</th>}
          </tr>
        </thead>
        <tbody>
          {newestFirst.map((i) => {
            const time = columns.times[i] ?? 0
            const { score: value, low, high, fp, fn } = valuesAt(columns, i)
            return (
              <tr key={time}>
                <td>{bucket(time, columns.resolution)}</td>
                {hourly && <td>{utc(time)}</td>}
                <td class="number">{score(value)}</td>
                <td class="number">{low === null || high === null ? NONE : interval(low, high)}</td>
                <td class="number">{count(fp)}</td>
                <td class="number">{count(fn)}</td>
                {!hourly && <td class="number">{hoursOf(columns, i)}</td>}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
