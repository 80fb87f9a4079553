export const RANGES = ['24h', '7d', '30d', 'all'] as const
export const RESOLUTIONS = ['hour', 'day', 'week'] as const
export const ORDERS = ['worst', 'falling', 'reports', 'name'] as const
export const STATES = ['scored', 'insufficient', 'stale', 'none', 'left'] as const

/** Everything that the page shows, as its address has it. */
export interface View {
  range: (typeof RANGES)[number]
  /** Instead of `range`: ISO 8601 in UTC; null is open. */
  from: string | null
  to: string | null
  /** Null: as fits the range. */
  resolution: (typeof RESOLUTIONS)[number] | null
  industry: string | null
  order: (typeof ORDERS)[number]
  search: string
  state: (typeof STATES)[number] | null
  min: number | null
  max: number | null
  page: number
  /** The row that the page begins after, or ends before. */
  after: string | null
  before: string | null
  customer: string | null
  /** The score that is explained; null: the customer's newest. */
  score: string | null
}

export const HOME: View = {
  range: '7d',
  from: null,
  to: null,
  resolution: null,
  industry: null,
  order: 'worst',
  search: '',
  state: null,
  min: null,
  max: null,
  page: 1,
  after: null,
  before: null,
  customer: null,
  score: null,
}

export const FIRST_PAGE = { page: 1, after: null, before: null } as const

/** Read an address. What it says wrongly is left out of the view and named in `problems`. */
export function read(search: string): { view: View; problems: string[] } {
  const given = new URLSearchParams(search)
  const problems: string[] = []
  const take = <T>(name: string, otherwise: T, parse: (text: string) => T): T => {
    const text = given.get(name)
    if (text === null || text === '') return otherwise
    try {
      return parse(text)
    } catch (error) {
      if (!(error instanceof Wrong)) throw error
      problems.push(`“${name}=${text}” should be ${error.message}.`)
      return otherwise
    }
  }
  const view: View = {
    range: take('range', HOME.range, (text) => one(RANGES, text)),
    from: take<View['from']>('from', null, instant),
    to: take<View['to']>('to', null, instant),
    resolution: take<View['resolution']>('resolution', null, (text) => one(RESOLUTIONS, text)),
    industry: given.get('industry')?.trim() || null,
    order: take('order', HOME.order, (text) => one(ORDERS, text)),
    search: given.get('search') ?? '',
    state: take<View['state']>('state', null, (text) => one(STATES, text)),
    min: take<View['min']>('min', null, share),
    max: take<View['max']>('max', null, share),
    page: take('page', 1, (text) => Number(like(/^[1-9]\d{0,5}$/, text, 'a number from 1 on'))),
    after: given.get('after') || null,
    before: given.get('before') || null,
    customer: take<View['customer']>('customer', null, (text) =>
      like(/^\d{1,18}$/, text, 'the number of a customer'),
    ),
    score: take<View['score']>('score', null, (text) => like(UUID, text, 'the id of a score')),
  }
  if (view.from !== null && view.to !== null && view.from >= view.to) {
    problems.push(`“from=${view.from}” should lie before “to=${view.to}”.`)
    view.from = view.to = null
  }
  if (view.min !== null && view.max !== null && view.min > view.max) {
    problems.push(`“min=${view.min}” should not be more than “max=${view.max}”.`)
    view.min = view.max = null
  }
  if (view.customer === null) view.score = null
  return { view, problems }
}

/** The address of a view, from its `?` on; empty for the view that needs none. */
export function write(view: View): string {
  const parameters = new URLSearchParams()
  for (const name of Object.keys(HOME) as (keyof View)[]) {
    const value = view[name]
    if (value === null || value === HOME[name]) continue
    if (name === 'range' && isCustom(view)) continue
    parameters.set(name, String(value))
  }
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

/** Is the range one from/to? */
export function isCustom(view: View): boolean {
  return view.from !== null || view.to !== null
}

/** The message says what a value should be. */
class Wrong extends Error {}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/

function one<T extends string>(choices: readonly T[], text: string): T {
  const found = choices.find((choice) => choice === text)
  if (found === undefined) throw new Wrong(`one of ${choices.join(', ')}`)
  return found
}

function like(pattern: RegExp, text: string, wanted: string): string {
  if (!pattern.test(text)) throw new Wrong(wanted)
  return text
}

function instant(text: string): string {
  const wanted = 'a time such as 2026-01-31T14:00Z'
  like(INSTANT, text, wanted)
  const hasZone = !text.includes('T') || /(Z|[+-]\d\d:\d\d)$/.test(text)
  const time = new Date(hasZone ? text : `${text}Z`)
  if (Number.isNaN(time.getTime())) throw new Wrong(wanted)
  return time.toISOString().replace('.000Z', 'Z')
}

function share(text: string): number {
  const number = Number(text)
  if (!(number >= 0 && number <= 1)) throw new Wrong('a number from 0 to 1')
  return number
}
