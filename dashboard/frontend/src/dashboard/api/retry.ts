import type { NoAnswer } from './ask'

const FIRST_PAUSE = 2_000
const LONGEST_PAUSE = 30_000

type Again = () => void

interface Failure {
  error: NoAnswer
  /** When the server wants to be asked again, in milliseconds. */
  due: number
}

/** How to ask again for what failed, and why it did. */
const failed = new Map<Again, Failure>()
let pause = FIRST_PAUSE
let timer: ReturnType<typeof setTimeout> | undefined

/** Ask again for this by itself: after pauses that grow, or when the server is back. */
export function noteFailed(again: Again, error: NoAnswer): void {
  if (error.trouble === 'refused') return forget(again)
  failed.set(again, { error, due: Date.now() + error.seconds * 1000 })
  timer ??= setTimeout(askLater, pause)
}

/** It was answered, or nobody wants it any more. */
export function forget(again: Again): void {
  failed.delete(again)
  if (failed.size > 0) return
  clearTimeout(timer)
  timer = undefined
  pause = FIRST_PAUSE
}

/** Something was answered: what could not reach the server can now. */
export function noteReached(): void {
  retry(({ error }) => error.trouble === 'offline')
}

/** Ask again for all that failed. */
export function retryAll(): void {
  retry(() => true)
}

/** What is on its way is not asked again: it is noted anew if it fails anew. */
function retry(isMeant: (failure: Failure) => boolean): void {
  for (const [again, failure] of [...failed]) {
    if (!isMeant(failure)) continue
    failed.delete(again)
    again()
  }
}

function askLater(): void {
  timer = undefined
  if (document.visibilityState === 'visible') {
    pause = Math.min(2 * pause, LONGEST_PAUSE)
    const now = Date.now()
    retry(({ due }) => due <= now)
  }
  if (failed.size > 0) timer ??= setTimeout(askLater, pause)
}
