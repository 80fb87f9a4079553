import { useEffect, useRef, useState } from 'preact/hooks'

import { FIRST_PAGE, ORDERS, STATES, type View } from '../address'
import { useAnswer } from '../api/useAnswer'
import {
  type Customer,
  ORDER_NAMES,
  PAGE_SIZE,
  STATES as API_STATES,
  isFiltered,
  pageOf,
  saveCustomers,
} from '../customers'
import { amount, count, duration, interval, score } from '../format'
import { now } from '../freshness'
import { Customers as Query, type CustomersQuery } from '../generated/queries'
import { type Levels, STATE_WORDS } from '../levels'
import { address, filter, follow, go, view } from '../place'
import { Card } from './Card'
import { CsvButton } from './CsvButton'
import { Delta } from './Delta'
import { IntervalBar } from './IntervalBar'
import { Failure, Message, Skeleton } from './Message'
import { Icon } from './Icon'
import { Time } from './Time'
import { useTurn } from './useTurn'
import { Verdict } from './Verdict'

/** Who is unhappy: filtered, ordered, page by page. */
export function Customers({ levels }: { levels: Levels }) {
  const answer = useAnswer(Query, pageOf(view.value))
  const found = answer.data?.customers
  return (
    <Card
      title={
        <>
          Customers{' '}
          {found && <span class="hint" role="status">{count(found.totalCount)} found</span>}
        </>
      }
      class="customers"
      busy={answer.busy}
      aside={<CsvButton of="this list, all pages" save={() => saveCustomers(view.value)} disabled={!found?.totalCount} />}
    >
      <Filters />
      {answer.error ? (
        <Failure error={answer.error} again={answer.again} />
      ) : !found ? (
        <Skeleton rows={10} label="The list of customers" />
      ) : found.edges.length === 0 ? (
        <Nobody />
      ) : (
        <>
          <List rows={found.edges.map(({ node }) => node)} levels={levels} />
          <Pages of={found} />
        </>
      )}
    </Card>
  )
}

function Filters() {
  const { order, state, min, max } = view.value
  const choose = (event: Event): void => {
    const chosen = (event.target as HTMLSelectElement).value
    filter({ state: STATES.find((name) => name === chosen) ?? null })
  }
  return (
    <div class="filters">
      <div class="segmented" role="group" aria-label="Order">
        {ORDERS.map((name) => {
          const change = { order: name, ...FIRST_PAGE }
          return (
            <a
              key={name}
              href={address(change)}
              onClick={follow(change)}
              aria-current={order === name ? 'true' : undefined}
            >
              {ORDER_NAMES[name]}
            </a>
          )
        })}
      </div>
      <Search />
      <label class="field">
        <span>State</span>
        <select value={state ?? ''} onChange={choose} aria-label="State">
          <option value="">any</option>
          {STATES.map((name) => (
            <option key={name} value={name}>
              {STATE_WORDS[API_STATES[name]]}
            </option>
          ))}
        </select>
      </label>
      <fieldset class="field">
        <legend>Score</legend>
        <Bound name="min" value={min} label="from" />
        <Bound name="max" value={max} label="to" />
      </fieldset>
      {isFiltered(view.value) && (
        <button type="button" class="button quiet" onClick={clear}>
          <Icon name="close" />
          Clear filters
        </button>
      )}
    </div>
  )
}

const NO_FILTERS = { industry: null, search: '', state: null, min: null, max: null } as const

function clear(): void {
  filter(NO_FILTERS)
}

const TYPING_MILLISECONDS = 250

function Search() {
  const { search } = view.value
  const [typed, setTyped] = useState(search)
  const timer = useRef(0)
  const sent = useRef(search)
  const typing = useRef(false)
  useEffect(() => {
    // Somebody else changed it: the browser's back, or a button that clears.
    if (search === sent.current) return
    sent.current = search
    typing.current = false
    setTyped(search)
  }, [search])
  const onInput = (event: Event): void => {
    const { value } = event.target as HTMLInputElement
    setTyped(value)
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => {
      sent.current = value
      // The first letters are a place to come back from; the following ones are not.
      filter({ search: value }, { replace: typing.current })
      typing.current = true
    }, TYPING_MILLISECONDS)
  }
  return (
    <label class="field search">
      <Icon name="search" />
      <span class="sr">Search name, industry, place</span>
      <input
        type="search"
        placeholder="Search name, industry, place"
        value={typed}
        onInput={onInput}
        onBlur={() => (typing.current = false)}
      />
    </label>
  )
}

interface BoundProperties {
  name: 'min' | 'max'
  value: number | null
  label: string
}

function Bound({ name, value, label }: BoundProperties) {
  const onChange = (event: Event): void => {
    const { value: text, validity } = event.target as HTMLInputElement
    if (!validity.valid) return
    const number = text === '' ? null : Number(text)
    const { min, max } = view.value
    // The side that was set last counts; the other one gives way.
    if (name === 'min') filter({ min: number, max: crosses(number, max) ? null : max })
    else filter({ max: number, min: crosses(min, number) ? null : min })
  }
  return (
    <input
      type="number"
      min="0"
      max="1"
      step="any"
      inputMode="decimal"
      placeholder={name === 'min' ? '0' : '1'}
      aria-label={`Score ${label}`}
      value={value ?? ''}
      onChange={onChange}
    />
  )
}

const crosses = (min: number | null, max: number | null): boolean =>
  min !== null && max !== null && min > max

function Nobody() {
  const { search, industry, after, before } = view.value
  if (after !== null || before !== null) {
    return (
      <Message icon="none" title="There is nobody on this page any more">
        <button type="button" class="button" onClick={() => filter({})}>
          First page
        </button>
      </Message>
    )
  }
  return (
    <Message icon="none" title={search === '' ? 'No customer fits these filters' : `No customer matches “${search}”`}>
      {industry !== null && <p>Only customers of {industry} are looked at.</p>}
      {isFiltered(view.value) && (
        <button type="button" class="button" onClick={clear}>
          Clear filters
        </button>
      )}
    </Message>
  )
}

/** So many rows at once, the rest in the next turn. */
const FIRST_ROWS = 8

function List({ rows, levels }: { rows: Customer[]; levels: Levels }) {
  const isAll = useTurn(1)
  return (
    <table class="list" aria-busy={!isAll}>
      <thead>
        <tr>
          <th scope="col">Customer</th>
          <th scope="col" class="from-md">Industry</th>
          <th scope="col">Score and 90 % interval</th>
          <th scope="col" class="from-sm">State</th>
          <th scope="col" class="number from-md">Evidence</th>
          <th scope="col" title="The reports of the last 24 hours against those before">Change</th>
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
  return (
    <tr class={isOpen ? 'open' : ''} data-state={row.scoreState}>
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
        <ScoreCell row={row} levels={levels} />
      </td>
      <td class="from-sm">
        <Verdict
          value={row.currentSentiment}
          low={row.currentScore?.scoreLow}
          high={row.currentScore?.scoreHigh}
          state={row.scoreState}
          levels={levels}
        />
      </td>
      <td class="number from-md">{row.currentScore ? amount(row.currentScore.evidence) : '–'}</td>
      <td>{row.change ? <Delta of={row.change} /> : <span class="hint">–</span>}</td>
      <td class="number">{count(row.reportsLast24Hours)}</td>
      <td class="from-md">
        {row.lastWindowStart === null ? (
          'never'
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

function ScoreCell({ row, levels }: { row: Customer; levels: Levels }) {
  const { currentSentiment: value, currentScore: of, scoreState } = row
  if (value === null || of === null) return <span class="hint">–</span>
  return (
    <span class="score-cell">
      <b class="number">{score(value)}</b>
      <IntervalBar
        value={value}
        low={of.scoreLow}
        high={of.scoreHigh}
        levels={levels}
        faint={scoreState !== 'SCORED'}
      />
      <span class="interval number">{interval(of.scoreLow, of.scoreHigh)}</span>
      <span class="below-sm">
        <Verdict value={value} low={of.scoreLow} high={of.scoreHigh} state={scoreState} levels={levels} />
      </span>
    </span>
  )
}

function Pages({ of }: { of: NonNullable<CustomersQuery['customers']> }) {
  const { page, after, before } = view.value
  const { startCursor, endCursor, hasNextPage, hasPreviousPage } = of.pageInfo
  const last = Math.max(1, Math.ceil(of.totalCount / PAGE_SIZE))
  const isFirst = before !== null ? !hasPreviousPage : after === null
  const isLast = before === null && !hasNextPage
  if (last === 1 && isFirst) return null
  return (
    <nav class="pages" aria-label="Pages of customers">
      <button
        type="button"
        class="button"
        disabled={isFirst}
        onClick={() => go(page <= 2 ? FIRST_PAGE : { page: page - 1, before: startCursor, after: null })}
      >
        Previous
      </button>
      <span>
        Page {Math.min(page, last)} of {last}
      </span>
      <button
        type="button"
        class="button"
        disabled={isLast}
        onClick={() => go({ page: page + 1, after: endCursor, before: null })}
      >
        Next
      </button>
    </nav>
  )
}
