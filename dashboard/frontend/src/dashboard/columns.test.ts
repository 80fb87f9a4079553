import { describe, expect, it } from 'vitest'

import { isCut, ofAggregates, reportsOfDay } from './columns'
import { HOUR, iso } from './ranges'

const START = Date.parse('2026-01-05T00:00:00Z')

function series(hours: number[]) {
  return {
    windowStart: hours.map((hour) => iso(START + hour * HOUR)),
    windows: hours.map(() => 1),
    standingSentimentScore: hours.map(() => 0.5),
    standingLow: hours.map(() => 0.4),
    standingHigh: hours.map(() => 0.6),
    totalFnCount: hours.map(() => 2),
    totalFpCount: hours.map((hour) => hour),
  }
}

describe('columns', () => {
  it('show hours that were not read as gaps', () => {
    const columns = ofAggregates(series([0, 1, 4]), 'HOUR')
    expect(columns.times).toHaveLength(5)
    expect(columns.score).toEqual([0.5, 0.5, null, null, 0.5])
    expect(columns.fp).toEqual([0, 1, null, null, 4])
    expect(columns.windows).toEqual([1, 1, 0, 0, 1])
  })

  it('know which days the range cuts', () => {
    const columns = ofAggregates(series([0, 24, 48]), 'DAY')
    const cut = (from: number, to: number): boolean[] => {
      const range = { startDate: iso(START + from * HOUR), endDate: iso(START + to * HOUR), resolution: 'DAY' as const }
      return columns.times.map((_, i) => isCut(columns, i, range))
    }
    expect(cut(0, 72)).toEqual([false, false, false])
    expect(cut(11, 61)).toEqual([true, false, true])
  })

  it('add up the day before an end, and say how much of it was read', () => {
    const columns = ofAggregates(series(Array.from({ length: 48 }, (_, i) => i).filter((i) => i !== 30)), 'HOUR')
    expect(reportsOfDay(columns, START + 48 * HOUR)).toMatchObject({ fn: 46, windows: 23 })
    expect(reportsOfDay(columns, START + 24 * HOUR)).toMatchObject({ fn: 48, windows: 24 })
  })
})
