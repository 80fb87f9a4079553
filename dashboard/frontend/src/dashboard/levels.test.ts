import { describe, expect, it } from 'vitest'

import { LEVELS, type Level, level, rangeOf, rangesOfFair, sizes, sureOfAttention } from './levels'

const OURS = { attentionBelow: 0.4, healthyAbove: 0.7 }

describe('the sizes of levels', () => {
  it('count a score at the edge where the list shows it', () => {
    const scores = [0.39, 0.4, 0.4, 0.5, 0.7, 0.71]
    const { fairOrBetter, fairOrWorse } = rangesOfFair(OURS)
    const counted = sizes(
      scores.length,
      scores.filter((score) => score >= fairOrBetter.min).length,
      scores.filter((score) => score <= fairOrWorse.max).length,
    )
    const listed = (name: string): number => scores.filter((score) => level(score, OURS) === name).length
    expect(counted).toEqual({ attention: 1, fair: 4, healthy: 1 })
    expect(counted).toEqual({ attention: listed('attention'), fair: listed('fair'), healthy: listed('healthy') })
  })
})

describe('the list behind a level', () => {
  const behind = (name: Level, scores: number[]): number[] => {
    const { min, max } = rangeOf(name, OURS)
    return scores.filter((score) => score >= (min ?? 0) && score <= (max ?? 1))
  }

  it('has all scores of it, however near to the edge, and no other', () => {
    const scores = [0, 0.39, 0.4 - 2 ** -54, 0.4, 0.4 + 2 ** -54, 0.5, 0.7 - 2 ** -53, 0.7, 0.7 + 2 ** -53, 1]
    expect(new Set(scores).size).toBe(scores.length)
    for (const name of LEVELS) {
      expect(behind(name, scores)).toEqual(scores.filter((score) => level(score, OURS) === name))
    }
  })

  it('can be asked for where nobody can be at it', () => {
    const ends = { attentionBelow: 0, healthyAbove: 1 }
    expect(rangeOf('attention', ends)).toEqual({ min: null, max: 0 })
    expect(rangeOf('healthy', ends)).toEqual({ min: 1, max: null })
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
    expect(sureOfAttention(rows, OURS)).toEqual({ attention: 2, sure: 1 })
  })
})
