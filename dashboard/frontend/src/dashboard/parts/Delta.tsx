import { difference } from '../format'
import { Icon } from './Icon'

/** How much a score differs from one before, and how sure that is. */
export interface Change {
  difference: number
  low: number
  high: number
  /** More than chance. */
  significant: boolean
}

export const reach = ({ low, high }: Change): string => `${difference(low)} to ${difference(high)}`

/** A change of a score: its way by arrow and sign, strong where it is more than chance. */
export function Delta({ of }: { of: Change }) {
  const shown = difference(of.difference)
  const way = shown.startsWith('±') ? 'same' : of.difference < 0 ? 'down' : 'up'
  return (
    <span
      class={`delta ${way} ${of.significant ? 'significant' : 'by-chance'}`}
      title={`${reach(of)}: ${of.significant ? 'more than chance' : 'may be chance'}`}
    >
      <Icon name={way} />
      {shown}
      <span class="sr">{of.significant ? ', more than chance' : ', may be chance'}</span>
    </span>
  )
}
