import type { CustomerState } from './generated/queries'

export interface Levels {
  attentionBelow: number
  healthyAbove: number
}

export const LEVELS = ['attention', 'fair', 'healthy'] as const
export type Level = (typeof LEVELS)[number]

export const LEVEL_WORDS: Record<Level, string> = {
  attention: 'Needs attention',
  fair: 'Fair',
  healthy: 'Healthy',
}

export const STATE_WORDS: Record<CustomerState, string> = {
  SCORED: 'Scored',
  INSUFFICIENT_EVIDENCE: 'Too few reports',
  STALE: 'Stale',
  NO_DATA: 'No data',
}

export const STATE_MEANINGS: Record<CustomerState, string> = {
  SCORED: 'The score rests on enough reports.',
  INSUFFICIENT_EVIDENCE: 'The score rests on fewer reports than the scoring profile asks for: it proves nothing yet.',
  STALE: 'The newest score is older than the scoring profile allows; it is shown as it was.',
  NO_DATA: 'No report of this customer is known here, so there is no score.',
}

export function level(score: number, levels: Levels): Level {
  if (score < levels.attentionBelow) return 'attention'
  return score > levels.healthyAbove ? 'healthy' : 'fair'
}

/** Does the whole interval lie on the same side as the score? */
export function isSure(low: number, high: number, of: Level, levels: Levels): boolean {
  if (of === 'attention') return high < levels.attentionBelow
  if (of === 'healthy') return low > levels.healthyAbove
  return low >= levels.attentionBelow && high <= levels.healthyAbove
}

interface Standing {
  currentSentiment: number | null
  currentScore: { scoreLow: number; scoreHigh: number } | null
  scoreState: CustomerState
}

/** How many of these customers need attention, and of how many that is sure. */
export function sureOfAttention(rows: Standing[], levels: Levels): { attention: number; sure: number } {
  const found = { attention: 0, sure: 0 }
  for (const { currentSentiment: value, currentScore: of, scoreState } of rows) {
    if (scoreState !== 'SCORED' || value === null || of === null) continue
    if (level(value, levels) !== 'attention') continue
    found.attention += 1
    if (isSure(of.scoreLow, of.scoreHigh, 'attention', levels)) found.sure += 1
  }
  return found
}

/** Ranges of the API hold their ends, and a score at either end is fair: so fair is in both. */
export const rangesOfFair = ({ attentionBelow, healthyAbove }: Levels) => ({
  fairOrBetter: { min: attentionBelow },
  fairOrWorse: { max: healthyAbove },
})

/** How many are at each level, of all that have a score and those in `rangesOfFair`. */
export function sizes(scored: number, fairOrBetter: number, fairOrWorse: number): Record<Level, number> {
  return {
    attention: scored - fairOrBetter,
    fair: fairOrBetter + fairOrWorse - scored,
    healthy: scored - fairOrWorse,
  }
}

/** Which scores are at a level, for ranges of the API: they hold their ends, which are fair. */
export function rangeOf(level: Level, { attentionBelow, healthyAbove }: Levels) {
  if (level === 'attention') return { min: null, max: neighbour(attentionBelow, -1n) }
  if (level === 'healthy') return { min: neighbour(healthyAbove, 1n), max: null }
  return { min: attentionBelow, max: healthyAbove }
}

/** The next lower or higher score that can be: there is no number between them. */
function neighbour(score: number, step: 1n | -1n): number {
  if (score === (step < 0 ? 0 : 1)) return score
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, score)
  bits.setBigInt64(0, bits.getBigInt64(0) + step)
  return bits.getFloat64(0)
}
