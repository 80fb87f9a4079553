import { describe, expect, it, vi } from 'vitest'

vi.hoisted(() => vi.stubEnv('TZ', 'Europe/Berlin'))

import { instant, local } from './clocks'
import { bucket, moment } from './format'
import { HOUR } from './ranges'

describe('the hour that autumn doubles', () => {
  const [summer, winter] = ['2026-10-25T00:00:00Z', '2026-10-25T01:00:00Z']

  it('is told apart by the zone', () => {
    const hours = [-1, 0, 1, 2].map((hour) => bucket(Date.parse(summer) + hour * HOUR, 'HOUR'))
    expect(hours.map((words) => words.replace(/^.*, /, ''))).toEqual([
      '01:00–02:00 CEST',
      '02:00 CEST–02:00 CET',
      '02:00 CET–03:00',
      '03:00–04:00',
    ])
    expect(moment('2026-10-24T12:00:00Z')).toMatch(/14:00$/)
  })

  it('stays what it was in a field that nobody touched', () => {
    expect(local(winter)).toBe(local(summer))
    expect([summer, winter].map((at) => instant(local(at), at))).toEqual([summer, winter])
    expect(instant('2026-10-25T04:00', winter)).toBe('2026-10-25T03:00:00Z')
    expect(instant('', winter)).toBeNull()
  })
})
