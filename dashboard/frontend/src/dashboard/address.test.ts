import { describe, expect, it } from 'vitest'

import { HOME, type View, read, write } from './address'

describe('an address', () => {
  it('holds the whole view, and gives it back', () => {
    const view: View = {
      range: '30d',
      from: null,
      to: null,
      resolution: 'week',
      industry: 'Oil & Gas, “new”',
      order: 'falling',
      search: 'a b+c&d=é',
      state: 'insufficient',
      min: 0.1,
      max: 0.45,
      page: 3,
      after: 'WyJD+/=',
      before: null,
      customer: '42',
      score: '01a2099c-af8a-7436-8d4b-9c63b895278b',
    }
    expect(read(write(view))).toEqual({ view, problems: [] })
  })

  it('is empty for the view that one begins with', () => {
    expect(write(HOME)).toBe('')
    expect(read('')).toEqual({ view: HOME, problems: [] })
  })

  it('takes from and to in any zone, and says them in UTC', () => {
    const { view } = read('?from=2026-01-05T13:00%2B01:00&to=2026-01-06')
    expect([view.from, view.to]).toEqual(['2026-01-05T12:00:00Z', '2026-01-06T00:00:00Z'])
    expect(read(write({ ...view, range: '24h' })).view.from).toBe('2026-01-05T12:00:00Z')
  })

  it.each([
    ['range=9y', 'range'],
    ['from=yesterday', 'from'],
    ['from=2026-13-01', 'from'],
    ['from=2026-01-02&to=2026-01-01', 'from'],
    ['min=2', 'min'],
    ['min=abc', 'min'],
    ['min=0.8&max=0.2', 'min'],
    ['order=upside', 'order'],
    ['state=happy', 'state'],
    ['page=0', 'page'],
    ['customer=x', 'customer'],
    ['customer=1&score=1', 'score'],
    ['resolution=minute', 'resolution'],
  ])('names what is wrong in ?%s and shows the rest', (search, name) => {
    const { view, problems } = read(`?${search}&industry=Banking`)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(`“${name}=`)
    expect(view.industry).toBe('Banking')
  })

  it('ignores what it does not know', () => {
    expect(read('?utm_source=mail')).toEqual({ view: HOME, problems: [] })
  })
})
