import { describe, expect, it } from 'vitest'

import { bound, difference, duration, growth, interval, score } from './format'
import { isSure, level } from './levels'

describe('numbers', () => {
  it('are never invented', () => {
    expect(score(null)).toBe('–')
    expect(growth(3, 0)).toBeNull()
  })

  it('have as many digits as they deserve', () => {
    expect(score(0.456)).toBe('0.46')
    expect([0.39999999999999997, 0.7000000000000001, 0.4251].map(bound)).toEqual([0.4, 0.7, 0.4251])
    expect(interval(0.1, 0.333)).toBe('0.10–0.33')
    expect([difference(0.123), difference(-0.1), difference(-0.001)]).toEqual(['+0.12', '−0.10', '±0.00'])
    expect([growth(112, 100), growth(50, 100), growth(1, 1)]).toEqual(['+12 %', '−50 %', '0 %'])
  })

  it('say durations in the largest unit that fits', () => {
    const minute = 60_000
    expect([0, minute, 90 * minute, 47 * 60 * minute, 49 * 60 * minute].map(duration)).toEqual([
      'less than a minute',
      '1 minute',
      '90 minutes',
      '47 hours',
      '2 days',
    ])
  })
})

describe('a level', () => {
  const levels = { attentionBelow: 0.4, healthyAbove: 0.7 }

  it('is sure when the whole interval says so', () => {
    expect([0.39, 0.4, 0.7, 0.71].map((value) => level(value, levels))).toEqual([
      'attention',
      'fair',
      'fair',
      'healthy',
    ])
    expect(isSure(0.1, 0.39, 'attention', levels)).toBe(true)
    expect(isSure(0.1, 0.41, 'attention', levels)).toBe(false)
    expect(isSure(0.45, 0.6, 'fair', levels)).toBe(true)
    expect(isSure(0.65, 0.9, 'healthy', levels)).toBe(false)
  })
})
