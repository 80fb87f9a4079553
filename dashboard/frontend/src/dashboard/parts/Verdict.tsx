import type { CustomerState } from '../generated/queries'
import {
  LEVEL_WORDS,
  type Levels,
  STATE_MEANINGS,
  STATE_WORDS,
  isSure,
  level,
} from '../levels'
import { Icon, type IconName } from './Icon'

const STATE_ICONS: Record<Exclude<CustomerState, 'SCORED'>, IconName> = {
  INSUFFICIENT_EVIDENCE: 'insufficient',
  STALE: 'stale',
  NO_DATA: 'none',
}

interface Properties {
  value: number | null
  low: number | null | undefined
  high: number | null | undefined
  state?: CustomerState
  levels: Levels
  /** Without ", unsure", which the icon and the tip say. */
  brief?: boolean
}

/**
 * What a score says, by icon and word: how it stands, or why it says nothing. A filled icon: the
 * whole interval says so.
 */
export function Verdict({ value, low, high, state = 'SCORED', levels, brief = false }: Properties) {
  if (state !== 'SCORED' || value === null) {
    const why = state === 'SCORED' ? 'NO_DATA' : state
    return (
      <span class={`verdict is-${why.toLowerCase()}`} title={STATE_MEANINGS[why]}>
        <Icon name={STATE_ICONS[why]} />
        {STATE_WORDS[why]}
      </span>
    )
  }
  const found = level(value, levels)
  const sure = typeof low === 'number' && typeof high === 'number' && isSure(low, high, found, levels)
  return (
    <span
      class={`verdict is-${found}`}
      title={sure ? 'The whole interval says so.' : 'The interval reaches beyond this level.'}
    >
      <Icon name={found} solid={sure} />
      {LEVEL_WORDS[found]}
      {!sure && <span class={brief ? 'sr' : 'unsure'}>, unsure</span>}
    </span>
  )
}
