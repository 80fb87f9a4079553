import { NoAnswer, ask } from './api/ask'
import type { View } from './address'
import { type Cell, fileName, save, stamp, toCsv } from './csv'
import { bound, count } from './format'
import { newest } from './freshness'
import {
  type CustomerOrder,
  type CustomerQuery,
  type CustomerState,
  Customers,
  type CustomersQuery,
  type CustomersQueryVariables,
  Freshness,
} from './generated/queries'
import { STATE_WORDS } from './levels'

export const PAGE_SIZE = 25
const EXPORT_SIZE = 500
const MOST_EXPORTED = 20_000
const EXPORT_TRIES = 3

export type Customer = NonNullable<CustomersQuery['customers']>['edges'][number]['node']

/** One customer with all that its panel tells. */
export type WholeCustomer = NonNullable<CustomerQuery['customer']>

export const ORDER_NAMES: Record<View['order'], string> = {
  worst: 'Worst first',
  falling: 'Falling first',
  reports: 'Most reports',
  name: 'Name',
}

const ORDERS: Record<View['order'], CustomerOrder> = {
  worst: 'CURRENT_SENTIMENT',
  falling: 'GETTING_WORSE',
  reports: 'REPORTS_LAST_24_HOURS_DESC',
  name: 'COMPANY_NAME',
}

type OfScore = Exclude<NonNullable<View['state']>, 'left'>

const STATES: Record<OfScore, CustomerState> = {
  scored: 'SCORED',
  insufficient: 'INSUFFICIENT_EVIDENCE',
  stale: 'STALE',
  none: 'NO_DATA',
}

/** A state as the reader knows it. Who has left has a score, too, but is not counted among the others. */
export const stateWords = (state: NonNullable<View['state']>): string =>
  state === 'left' ? 'Left the product' : STATE_WORDS[STATES[state]]

/** What the list asks for, but for its page. */
function filters(view: View): CustomersQueryVariables {
  const { industry, min, max, state, search } = view
  return {
    active: state !== 'left',
    order: ORDERS[view.order],
    ...(industry !== null && { industry }),
    ...((min !== null || max !== null) && {
      range: { ...(min !== null && { min }), ...(max !== null && { max }) },
    }),
    ...(state !== null && state !== 'left' && { state: STATES[state] }),
    ...(search.trim() !== '' && { search: search.trim() }),
  }
}

export function pageOf(view: View): CustomersQueryVariables {
  const { after, before } = view
  const page = before === null ? { first: PAGE_SIZE } : { last: PAGE_SIZE, before }
  return { ...filters(view), ...page, ...(after !== null && before === null && { after }) }
}

export function isFiltered({ industry, min, max, state, search }: View): boolean {
  return industry !== null || min !== null || max !== null || state !== null || search !== ''
}

/** Save the whole list, all pages of it, as it is filtered and ordered. Throws NoAnswer. */
export async function saveCustomers(view: View): Promise<void> {
  for (let tries = 0; tries < EXPORT_TRIES; tries++) {
    const rows = await readAll(view)
    if (rows !== null) return save(csvName(view), customersCsv(rows))
  }
  throw new NoAnswer('broken', 'The list changed each time while it was read. Try again after the run.')
}

/** All rows; null where the list changed meanwhile, so that some would be missing or doubled. */
async function readAll(view: View): Promise<Customer[] | null> {
  const rows = new Map<number, Customer>()
  const before = await version()
  for (let after: string | null = null; ; ) {
    const page: CustomersQuery = await ask(Customers, {
      ...filters(view),
      first: EXPORT_SIZE,
      ...(after !== null && { after }),
    })
    const { totalCount = 0, edges = [], pageInfo } = page.customers ?? {}
    if (totalCount > MOST_EXPORTED) {
      const most = count(MOST_EXPORTED)
      throw new NoAnswer('refused', `${count(totalCount)} customers are too many for one file: filter them to ${most}.`)
    }
    for (const { node } of edges) rows.set(node.customerId, node)
    after = pageInfo?.hasNextPage ? pageInfo.endCursor : null
    if (after === null) {
      const isSame = rows.size === totalCount && (await version()) === before
      return isSame ? [...rows.values()] : null
    }
  }
}

const version = async (): Promise<number> => (await ask(Freshness, {})).dataFreshness.version

function csvName(view: View): string {
  const { min, max, state, search } = view
  return fileName(
    'customers',
    view.industry ?? 'all industries',
    ORDER_NAMES[view.order],
    state,
    min === null && max === null ? null : `score ${bound(min ?? 0)} to ${bound(max ?? 1)}`,
    search,
    stamp(newest.value ?? ''),
  )
}

function customersCsv(rows: Customer[]): string {
  return toCsv(
    [
      'customer_id',
      'company_name',
      'industry',
      'state',
      'score',
      'score_low',
      'score_high',
      'evidence',
      'fn_count',
      'fp_count',
      'change',
      'change_low',
      'change_high',
      'change_significant',
      'last_window_start_utc',
      'reports_last_24_hours',
    ],
    rows.map((row): Cell[] => [
      row.customerId,
      row.companyName,
      row.industry,
      row.scoreState.toLowerCase(),
      row.currentSentiment,
      row.currentScore?.scoreLow,
      row.currentScore?.scoreHigh,
      row.currentScore?.evidence,
      row.currentScore?.fnCount,
      row.currentScore?.fpCount,
      row.change?.difference,
      row.change?.low,
      row.change?.high,
      row.change?.significant,
      row.lastWindowStart,
      row.reportsLast24Hours,
    ]),
  )
}
