import { computed, signal } from '@preact/signals'

import { NoAnswer, ask } from './api/ask'
import { forget, noteFailed, noteReached } from './api/retry'
import { Freshness, type FreshnessQuery } from './generated/queries'

const POLL_SECONDS = 60
const TICK_SECONDS = 15

type Data = FreshnessQuery

export const freshness = signal<Data | undefined>(undefined)
/** Why the newest poll had no answer. */
export const trouble = signal<NoAnswer | undefined>(undefined)
/** The time by the server's clock, in milliseconds. */
export const now = signal(Date.now())
/** Rises when the data of the server change: whoever depends on it asks again. */
export const changes = signal(0)
/**
 * The end of the newest window that has scores, which are computed some time after it was read; of
 * the newest that was read while none has; null where none was.
 */
export const newest = computed<string | null>(() => {
  const scored = freshness.value?.overallSentiments?.edges[0]?.node.windowEnd
  return scored ?? freshness.value?.dataFreshness.newestCoveredWindow ?? null
})

/** Why what is shown could not be renewed: by the query and its variables. */
export const outdated = signal<ReadonlyMap<string, NoAnswer>>(new Map())

/** Note that an answer which is shown could not be renewed, or that it was. */
export function noteOutdated(key: string, error: NoAnswer | null): void {
  if (error === null && !outdated.value.has(key)) return
  const noted = new Map(outdated.value)
  if (error === null) noted.delete(key)
  else noted.set(key, error)
  outdated.value = noted
}

let ahead = 0
let polled = 0

/** Ask once, and then every minute in which somebody looks. */
export function watchFreshness(): void {
  void poll()
  window.setInterval(() => {
    now.value = Date.now() + ahead
    if (Date.now() - polled >= POLL_SECONDS * 1000) pollIfSeen()
  }, TICK_SECONDS * 1000)
  document.addEventListener('visibilitychange', pollIfSeen)
  window.addEventListener('online', () => void poll())
}

function pollIfSeen(): void {
  if (document.visibilityState === 'visible') void poll()
}

export async function poll(): Promise<void> {
  polled = Date.now()
  try {
    const answer = await ask(Freshness, {})
    ahead = Date.parse(answer.dataFreshness.at) - Date.now()
    now.value = Date.now() + ahead
    const before = freshness.value?.dataFreshness.version
    const isNew = before !== undefined && before !== answer.dataFreshness.version
    // After trouble, what failed meanwhile is asked again too.
    if (isNew || trouble.value !== undefined || outdated.value.size > 0) changes.value += 1
    freshness.value = answer
    trouble.value = undefined
    forget(pollIfSeen)
    noteReached()
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    trouble.value = error
    noteFailed(pollIfSeen, error)
  }
}
