import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { NoAnswer, type Trouble } from './ask'
import { forget, noteFailed, noteReached, retryAll } from './retry'

vi.mock('../links', () => ({ links: {} }))

const failure = (trouble: Trouble): NoAnswer => new NoAnswer(trouble, '')
const asked: (() => void)[] = []

/** Something that was asked and failed. */
function failing(trouble: Trouble) {
  const again = vi.fn()
  asked.push(again)
  noteFailed(again, failure(trouble))
  return again
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('document', { visibilityState: 'visible' })
})

afterEach(() => {
  for (const again of asked.splice(0)) forget(again)
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('what failed is asked again after pauses that grow to half a minute', () => {
  const again = failing('broken')
  const times: number[] = []
  again.mockImplementation(() => {
    times.push(Date.now())
    noteFailed(again, failure('broken'))
  })
  const start = Date.now()
  vi.advanceTimersByTime(121_000)
  expect(times.map((at) => (at - start) / 1000)).toEqual([2, 6, 14, 30, 60, 90, 120])
})

test('who is asked to wait waits', () => {
  const again = vi.fn()
  asked.push(again)
  noteFailed(again, new NoAnswer('throttled', '', '', '', 17))
  vi.advanceTimersByTime(16_999)
  expect(again).not.toHaveBeenCalled()
  vi.advanceTimersByTime(14_000)
  expect(again).toHaveBeenCalledOnce()
})

test('an answer to anything asks at once for what could not reach the server', () => {
  const [offline, broken] = [failing('offline'), failing('broken')]
  noteReached()
  expect(offline).toHaveBeenCalledOnce()
  expect(broken).not.toHaveBeenCalled()
})

test('one “Try again” asks for all that failed', () => {
  const all = [failing('offline'), failing('broken'), failing('throttled')]
  retryAll()
  for (const again of all) expect(again).toHaveBeenCalledOnce()
})

test('what was refused, answered or left is not asked again', () => {
  const [refused, answered] = [failing('refused'), failing('offline')]
  forget(answered)
  vi.advanceTimersByTime(60_000)
  expect(refused).not.toHaveBeenCalled()
  expect(answered).not.toHaveBeenCalled()
})

test('while nobody looks nothing is asked', () => {
  vi.stubGlobal('document', { visibilityState: 'hidden' })
  const again = failing('offline')
  vi.advanceTimersByTime(10_000)
  expect(again).not.toHaveBeenCalled()
  vi.stubGlobal('document', { visibilityState: 'visible' })
  vi.advanceTimersByTime(2_000)
  expect(again).toHaveBeenCalledOnce()
})
