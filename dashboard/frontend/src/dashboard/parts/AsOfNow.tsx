import { recently } from '../format'
import { newest, now } from '../freshness'
import { view } from '../place'
import { reachesNow } from '../ranges'

/** Beside the heading of what knows no range, while the chosen range does not reach to now. */
export function AsOfNow() {
  const end = newest.value
  if (end === null || reachesNow(view.value, end)) return null
  return <span class="hint as-of-now"> now, at {recently(end, now.value)}</span>
}
