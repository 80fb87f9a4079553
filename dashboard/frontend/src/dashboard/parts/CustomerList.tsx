import type { View } from '../address'
import type { Customer } from '../customers'
import { NONE, count, duration, effective } from '../format'
import { now } from '../freshness'
import type { Levels } from '../levels'
import { address, follow, view } from '../place'
import { ChangeHeader } from './ChangeHeader'
import { Delta } from './Delta'
import { ScoreCell } from './ScoreCell'
import { Time } from './Time'
import { useTurn } from './useTurn'
import { Verdict } from './Verdict'

/** So many rows at once, the rest in the next turn. */
const FIRST_ROWS = 8

/** One page of customers; on narrow screens the less important columns are left out. */
export function CustomerList({ rows, levels }: { rows: Customer[]; levels: Levels }) {
  const isAll = useTurn(1)
  return (
    <table class="list" aria-busy={!isAll}>
      <thead>
        <tr>
          <th scope="col">Customer</th>
          <th scope="col" class="from-md">Industry</th>
          <th scope="col">Score and 90 % interval</th>
          <th scope="col" class="from-sm">State</th>
          <th scope="col" class="number from-md">Evidence</th>
          <ChangeHeader />
          <th scope="col" class="number">Reports 24 h</th>
          <th scope="col" class="from-md">Last reported</th>
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, isAll ? undefined : FIRST_ROWS).map((row) => (
          <Row key={row.customerId} row={row} levels={levels} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ row, levels }: { row: Customer; levels: Levels }) {
  const change: Partial<View> = { customer: String(row.customerId), score: null }
  const isOpen = view.value.customer === change.customer
  const { currentScore, scoreState: state } = row
  const score = { value: row.currentSentiment, low: currentScore?.scoreLow, high: currentScore?.scoreHigh, levels }
  return (
    <tr class={isOpen ? 'open' : ''} data-state={state}>
      <th scope="row">
        <a
          id={`customer-${row.customerId}`}
          href={address(change)}
          onClick={follow(change)}
          aria-current={isOpen ? 'true' : undefined}
        >
          {row.companyName}
        </a>
        <span class="below-md sub">{row.industry}</span>
      </th>
      <td class="from-md">{row.industry}</td>
      <td>
        <ScoreCell {...score} faint={state !== 'SCORED'}>
          <span class="below-sm">
            <Verdict {...score} state={state} />
          </span>
        </ScoreCell>
      </td>
      <td class="from-sm">
        <Verdict {...score} state={state} />
      </td>
      <td class="number from-md">{effective(currentScore?.evidence)}</td>
      <td>{row.change ? <Delta of={row.change} /> : <span class="hint">{NONE}</span>}</td>
      <td class="number">{count(row.reportsLast24Hours)}</td>
      <td class="from-md">
        {row.lastWindowStart === null ? (
          <span class="hint">{NONE}</span>
        ) : (
          <Time
            at={row.lastWindowStart}
            text={`${duration(now.value - Date.parse(row.lastWindowStart))} ago`}
            inRow
          />
        )}
      </td>
    </tr>
  )
}
