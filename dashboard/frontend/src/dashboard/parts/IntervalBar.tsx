import type { Levels } from '../levels'

interface Properties {
  value: number
  low: number
  high: number
  levels: Levels
  /** Drawn as not proven. */
  faint?: boolean
}

const at = (share: number): string => `${(share * 100).toFixed(2)}%`

/** A score with its interval on a scale from 0 to 1; the numbers stand beside it. */
export function IntervalBar({ value, low, high, levels, faint = false }: Properties) {
  return (
    <span class={faint ? 'interval-bar faint' : 'interval-bar'} aria-hidden="true">
      <span class="tick" style={{ left: at(levels.attentionBelow) }} />
      <span class="tick" style={{ left: at(levels.healthyAbove) }} />
      <span class="reach" style={{ left: at(low), width: at(high - low) }} />
      <span class="dot" style={{ left: at(value) }} />
    </span>
  )
}
