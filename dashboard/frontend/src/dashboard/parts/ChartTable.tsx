import { type Columns, hoursOf } from '../columns'
import { bucket, count, interval, score, utc } from '../format'

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
          {newestFirst.map((i) => (
            <tr key={columns.times[i]}>
              <td>
                {bucket(columns.times[i] ?? 0, columns.resolution)}
              </td>
              {hourly && <td>{utc(columns.times[i] ?? 0)}</td>}
              <td class="number">{score(columns.score[i])}</td>
              <td class="number">{range(columns, i)}</td>
              <td class="number">{known(columns.fp[i])}</td>
              <td class="number">{known(columns.fn[i])}</td>
              {!hourly && <td class="number">{hoursOf(columns, i)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function range({ low, high }: Columns, i: number): string {
  const [from, to] = [low[i], high[i]]
  return typeof from === 'number' && typeof to === 'number' ? interval(from, to) : '–'
}

const known = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : count(value)
