import { describe, expect, it } from 'vitest'

import { HOME } from './address'
import { bucketStart, iso, period, reachesNow } from './ranges'

const NEWEST = '2026-03-01T10:00:00Z'
const FIRST = '2025-01-01T00:00:00Z'

describe('a period', () => {
  it.each([
    ['24h', '2026-02-28T10:00:00Z', 'HOUR'],
    ['7d', '2026-02-22T10:00:00Z', 'HOUR'],
    ['30d', '2026-01-30T10:00:00Z', 'DAY'],
    ['all', FIRST, 'WEEK'],
  ] as const)('of %s ends with the newest window and is as fine as fits', (range, startDate, resolution) => {
    expect(period({ ...HOME, range }, NEWEST, FIRST)).toEqual({ startDate, endDate: NEWEST, resolution })
  })

  it('lies within what was read', () => {
    const view = { ...HOME, from: '2020-01-01T00:00:00Z', to: '2030-01-01T00:00:00Z' }
    expect(period(view, NEWEST, FIRST)).toMatchObject({ startDate: FIRST, endDate: NEWEST })
    expect(period({ ...HOME, to: '2024-01-01T00:00:00Z' }, NEWEST, FIRST)).toBeNull()
  })

  it.each([
    [{ range: '24h' }, true],
    [{ from: '2026-02-01T00:00:00Z' }, true],
    [{ to: NEWEST }, true],
    [{ to: '2026-03-01T09:00:00Z' }, false],
    [{ from: NEWEST }, false],
  ] as const)('of %o reaches to now: %s', (chosen, expected) => {
    expect(reachesNow({ ...HOME, ...chosen }, NEWEST)).toBe(expected)
  })

  it('has the resolution that was chosen, unless that is too much to draw', () => {
    expect(period({ ...HOME, resolution: 'day' }, NEWEST, FIRST)?.resolution).toBe('DAY')
    const long = { ...HOME, range: 'all', resolution: 'hour' } as const
    expect(period(long, NEWEST, FIRST)?.resolution).toBe('HOUR')
    expect(period(long, NEWEST, '2020-01-01T00:00:00Z')?.resolution).toBe('WEEK')
  })
})

describe('a bucket', () => {
  it.each([
    ['HOUR', '2026-03-01T10:00:00Z'],
    ['DAY', '2026-03-01T00:00:00Z'],
    ['WEEK', '2026-02-23T00:00:00Z'], // a Monday
  ] as const)('of a %s starts where the API cuts it', (of, start) => {
    expect(iso(bucketStart(Date.parse('2026-03-01T10:59:00Z'), of))).toBe(start)
  })
})
