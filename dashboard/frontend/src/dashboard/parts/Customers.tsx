import { FIRST_PAGE } from '../address'
import { useAnswer } from '../api/useAnswer'
import { type Customer, PAGE_SIZE, isFiltered, pageOf, saveCustomers } from '../customers'
import { count, score } from '../format'
import { Customers as Query, type CustomersQuery } from '../generated/queries'
import { type Levels, sureOfAttention } from '../levels'
import { filter, go, view } from '../place'
import { AsOfNow } from './AsOfNow'
import { Card } from './Card'
import { CsvButton } from './CsvButton'
import { CustomerFilters, clearFilters } from './CustomerFilters'
import { CustomerList } from './CustomerList'
import { Icon } from './Icon'
import { Failure, Message, Skeleton } from './Message'

/** Who is unhappy: filtered, ordered, page by page. */
export function Customers({ levels }: { levels: Levels }) {
  const answer = useAnswer(Query, pageOf(view.value))
  const found = answer.data?.customers
  const rows = found?.edges.map(({ node }) => node) ?? []
  return (
    <Card
      title={
        <>
          Customers{' '}
          {found && <span class="hint" role="status">{count(found.totalCount)} found</span>}
          <AsOfNow />
        </>
      }
      class="customers"
      busy={answer.busy}
      aside={<CsvButton of="this list, all pages" save={() => saveCustomers(view.value)} disabled={!found?.totalCount} />}
    >
      <CustomerFilters />
      {answer.error ? (
        <Failure error={answer.error} again={answer.again} />
      ) : !found ? (
        <Skeleton rows={10} label="The list of customers" />
      ) : rows.length === 0 ? (
        <Nobody />
      ) : (
        <>
          <Sure rows={rows} levels={levels} />
          <Unproven rows={rows} />
          <CustomerList rows={rows} levels={levels} />
          <Pages of={found} />
        </>
      )}
    </Card>
  )
}

/** Who is unhappy beyond doubt: the key to the filled mark, and how many of this page have it. */
function Sure({ rows, levels }: { rows: Customer[]; levels: Levels }) {
  const { attention, sure } = sureOfAttention(rows, levels)
  if (attention === 0) return null
  return (
    <p class="hint sure">
      Of {attention} on this page that need attention,{' '}
      <b class="is-attention">
        <Icon name="attention" solid /> {sure} surely {sure === 1 ? 'does' : 'do'}
      </b>
      : the whole interval lies below {score(levels.attentionBelow)}.
    </p>
  )
}

/** The worst scores are often those that rest on least: says so, with a way to leave them out. */
function Unproven({ rows }: { rows: Customer[] }) {
  const { order, state } = view.value
  const unproven = rows.filter((row) => row.currentScore && row.scoreState !== 'SCORED').length
  if (order !== 'worst' || state !== null || unproven === 0) return null
  return (
    <p class="hint unproven">
      <span>
        {unproven === 1 ? '1 of these scores proves' : `${unproven} of these scores prove`} nothing: too few reports, or
        too old.
      </span>
      <button type="button" class="button quiet" onClick={() => filter({ state: 'scored' })}>
        Leave out all of the kind
      </button>
    </p>
  )
}

function Nobody() {
  const { search, industry, state, after, before } = view.value
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
      {state !== 'left' && (
        <button type="button" class="button" onClick={() => filter({ state: 'left', min: null, max: null })}>
          Look among those who left
        </button>
      )}
      {isFiltered(view.value) && (
        <button type="button" class="button" onClick={clearFilters}>
          Clear filters
        </button>
      )}
    </Message>
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
