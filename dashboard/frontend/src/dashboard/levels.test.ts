import { describe, expect, it } from 'vitest'

import { level, rangesOfFair, sizes, sureOfAttention } from './levels'

const LEVELS = { attentionBelow: 0.4, healthyAbove: 0.7 }

describe('the sizes of levels', () => {
  it('count a score at the edge where the list shows it', () => {
    const scores = [0.39, 0.4, 0.4, 0.5, 0.7, 0.71]
    const { fairOrBetter, fairOrWorse } = rangesOfFair(LEVELS)
    const counted = sizes(
      scores.length,
      scores.filter((score) => score >= fairOrBetter.min).length,
      scores.filter((score) => score <= fairOrWorse.max).length,
    )
    const listed = (name: string): number => scores.filter((score) => level(score, LEVELS) === name).length
    expect(counted).toEqual({ attention: 1, fair: 4, healthy: 1 })
    expect(counted).toEqual({ attention: listed('attention'), fair: listed('fair'), healthy: listed('healthy') })
  })
})

describe('who needs attention', () => {
  it('is sure where the whole interval lies below, of scores that prove something', () => {
    const row = (value: number, scoreHigh: number, scoreState: 'SCORED' | 'STALE' = 'SCORED') => ({
      currentSentiment: value,
      currentScore: { scoreLow: 0, scoreHigh },
      scoreState,
    })
    const nobody = { currentSentiment: null, currentScore: null, scoreState: 'NO_DATA' } as const
    const rows = [row(0.2, 0.39), row(0.2, 0.4), row(0.4, 0.6), row(0.1, 0.2, 'STALE'), nobody]
    expect(sureOfAttention(rows, LEVELS)).toEqual({ attention: 2, sure: 1 })
  })
})
