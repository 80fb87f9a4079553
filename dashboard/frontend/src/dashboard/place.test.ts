import { beforeEach, expect, test, vi } from 'vitest'

const { pushState, replaceState } = vi.hoisted(() => {
  const history = { pushState: vi.fn(), replaceState: vi.fn() }
  const location = { pathname: '/', search: '?search=a&page=2&after=abc' }
  vi.stubGlobal('window', { location, history, addEventListener: vi.fn() })
  return history
})

import { HOME } from './address'
import { filter, go, view } from './place'

beforeEach(() => {
  vi.clearAllMocks()
  go({ ...HOME, search: 'a', page: 2, after: 'abc' })
})

test('another filter begins at the first page', () => {
  filter({ state: 'stale' })
  expect(view.value).toMatchObject({ search: 'a', state: 'stale', page: 1, after: null, before: null })
  expect(pushState).toHaveBeenLastCalledWith(null, '', '/?search=a&state=stale')
})

test('while somebody types the browser’s history does not grow', () => {
  filter({ search: 'ab' }, { replace: true })
  expect(replaceState).toHaveBeenCalledExactlyOnceWith(null, '', '/?search=ab')
  expect(pushState).toHaveBeenCalledOnce()
})
