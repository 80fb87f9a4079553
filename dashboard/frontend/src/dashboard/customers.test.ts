import { beforeEach, describe, expect, it, vi } from 'vitest'

import { HOME } from './address'
import { saveCustomers } from './customers'

const { asked, saved } = vi.hoisted(() => ({ asked: vi.fn(), saved: vi.fn() }))
vi.mock('./links', () => ({ links: {} }))
vi.mock('./api/ask', async (real) => ({ ...(await real<object>()), ask: asked }))
vi.mock('./csv', async (real) => ({ ...(await real<object>()), save: saved }))

const NOBODY = { customers: { totalCount: 0, edges: [], pageInfo: { hasNextPage: false } } }

/** A server whose data have these versions, each time that somebody asks; then the last of them. */
function versions(...numbers: number[]): void {
  serve(NOBODY, numbers)
}

function serve(list: object, numbers: number[]): void {
  asked.mockImplementation(({ text }: { text: string }) => {
    if (!text.includes('dataFreshness')) return Promise.resolve(list)
    const version = numbers.length > 1 ? numbers.shift() : numbers[0]
    return Promise.resolve({ dataFreshness: { version } })
  })
}

const lists = (): number => asked.mock.calls.filter(([{ text }]) => !text.includes('dataFreshness')).length

describe('a file of customers', () => {
  beforeEach(() => void vi.clearAllMocks())

  it('is read anew when the data changed meanwhile', async () => {
    versions(7, 8)
    await saveCustomers(HOME)
    expect(lists()).toBe(2)
    expect(saved).toHaveBeenCalledOnce()
  })

  it('is refused when they change each time', async () => {
    versions(1, 2, 3, 4, 5, 6)
    await expect(saveCustomers(HOME)).rejects.toThrow('changed each time')
    expect(saved).not.toHaveBeenCalled()
  })

  it('is refused when somebody is missing in it', async () => {
    serve({ customers: { ...NOBODY.customers, totalCount: 1 } }, [7])
    await expect(saveCustomers(HOME)).rejects.toThrow('changed each time')
    expect(saved).not.toHaveBeenCalled()
  })
})
