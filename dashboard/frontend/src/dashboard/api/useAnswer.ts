import { useCallback, useEffect, useRef, useState } from 'preact/hooks'

import { NoAnswer, ask } from './ask'
import type { Query } from './query'
import { forget, noteFailed, noteReached, retryAll } from './retry'
import { changes, noteOutdated } from '../freshness'

export interface Answer<Data> {
  /**
   * The newest answer. While `busy` it is the one before, to other variables; beside an `error`
   * there is none.
   */
  data: Data | undefined
  error: NoAnswer | undefined
  /** Something else than what `data` holds is on its way. */
  busy: boolean
  /** Ask at once, and for everything else that failed, too. */
  again: () => void
}

const KEPT = 60
const kept = new Map<string, { text: string; data: unknown }>()

/**
 * The answer to a query, asked again whenever its variables or the data of the server change.
 * What failed is asked again by itself. Null variables ask nothing. What is shown stays until something newer is there; an answer that
 * says the same as before changes nothing on the page.
 */
export function useAnswer<Data, Variables>(
  query: Query<Data, Variables>,
  variables: Variables | null,
): Answer<Data> {
  const key = variables === null ? null : query.text + JSON.stringify(variables)
  const shown = useRef<{ key: string; data: Data } | undefined>(undefined)
  const [, redraw] = useState({})
  const [error, setError] = useState<{ key: string; error: NoAnswer } | undefined>(undefined)
  const [tries, setTries] = useState(0)

  const retry = useCallback(() => setTries((count) => count + 1), [])
  const before = key === null ? undefined : kept.get(key)
  if (key !== null && before !== undefined) shown.current = { key, data: before.data as Data }

  useEffect(() => {
    if (key === null || variables === null) return
    const leaving = new AbortController()
    ask(query, variables, leaving.signal).then(
      (data) => {
        if (leaving.signal.aborted) return
        noteOutdated(key, null)
        forget(retry)
        noteReached()
        setError(undefined)
        // Another part may have got the same answer before.
        if (keep(key, data) || shown.current?.key !== key) redraw({})
      },
      (reason: unknown) => {
        if (leaving.signal.aborted) return
        if (!(reason instanceof NoAnswer)) throw reason
        if (shown.current?.key === key && reason.trouble !== 'refused') noteOutdated(key, reason)
        noteFailed(retry, reason)
        setError({ key, error: reason })
      },
    )
    return () => leaving.abort()
  }, [key, changes.value, tries])

  // What is shown no more need not be renewed.
  useEffect(
    () => () => {
      if (key !== null) noteOutdated(key, null)
      forget(retry)
    },
    [key],
  )

  const again = useCallback(() => {
    setError(undefined)
    retry()
    retryAll()
  }, [])
  const reason = error?.key === key ? error?.error : undefined
  const fits = shown.current?.key === key
  // A failed refresh leaves what is shown; the top of the page says so.
  const failed = fits && reason?.trouble !== 'refused' ? undefined : reason
  return {
    data: key === null || failed !== undefined ? undefined : shown.current?.data,
    error: failed,
    busy: key !== null && !fits && failed === undefined,
    again,
  }
}

/** Remember an answer; false when it is what was known. */
function keep(key: string, data: unknown): boolean {
  const text = JSON.stringify(data)
  const isNew = kept.get(key)?.text !== text
  if (!isNew) return false
  kept.delete(key)
  kept.set(key, { text, data })
  const oldest = kept.keys().next()
  if (kept.size > KEPT && !oldest.done) kept.delete(oldest.value)
  return true
}
