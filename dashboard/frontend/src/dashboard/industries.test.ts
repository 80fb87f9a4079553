import { describe, expect, it } from 'vitest'

import { type Industry, byAttention } from './industries'

const LEVELS = { attentionBelow: 0.4, healthyAbove: 0.7 }

function industry(name: string, score: number | null, high: number | null, fall = 0): Industry {
  return {
    industry: name,
    customers: 1,
    standingCustomers: 1,
    standingSentimentScore: score,
    standingLow: score,
    standingHigh: high,
    fnLast24Hours: 0,
    fpLast24Hours: 0,
    baselineScore: null,
    change: fall === 0 ? null : { difference: fall, low: fall, high: fall, significant: true },
  }
}

describe('industries', () => {
  it('have first what is surely bad or surely falling, last what has no score', () => {
    const order = byAttention(
      [
        industry('silent', null, null),
        industry('good', 0.8, 0.9),
        industry('perhaps bad', 0.35, 0.5),
        industry('rising', 0.5, 0.6, 0.2),
        industry('falling', 0.6, 0.7, -0.2),
        industry('bad', 0.3, 0.35),
      ],
      LEVELS,
    )
    expect(order.map((row) => row.industry)).toEqual([
      'bad',
      'falling',
      'perhaps bad',
      'rising',
      'good',
      'silent',
    ])
  })
})
