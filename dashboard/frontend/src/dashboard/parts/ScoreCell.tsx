import type { ComponentChildren } from 'preact'

import { NONE, interval, score } from '../format'
import type { Levels } from '../levels'
import { IntervalBar } from './IntervalBar'

interface Properties {
  value: number | null
  low: number | null | undefined
  high: number | null | undefined
  levels: Levels
  faint?: boolean
  /** What stands under it where there is no column for it. */
  children?: ComponentChildren
}

/** A score in a list, with its interval as a bar and in numbers. */
export function ScoreCell({ value, low, high, levels, faint = false, children }: Properties) {
  if (typeof value !== 'number' || typeof low !== 'number' || typeof high !== 'number') {
    return <span class="hint">{NONE}</span>
  }
  return (
    <span class="score-cell">
      <b class="number">{score(value)}</b>
      <IntervalBar value={value} low={low} high={high} levels={levels} faint={faint} />
      <span class="interval number">{interval(low, high)}</span>
      {children}
    </span>
  )
}
