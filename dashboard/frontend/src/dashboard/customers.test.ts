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

  it('has both counts of the newest score', async () => {
    const node = { customerId: 7, scoreState: 'SCORED', currentScore: { evidence: 12.5, fnCount: 8, fpCount: 5 } }
    serve({ customers: { ...NOBODY.customers, totalCount: 1, edges: [{ node }] } }, [7])
    await saveCustomers(HOME)
    const [header, row] = saved.mock.calls[0]?.[1].split('\r\n').map((line: string) => line.split(','))
    const cell = (name: string): string => row[header.indexOf(name)]
    expect(['evidence', 'fn_count', 'fp_count'].map(cell)).toEqual(['12.5', '8', '5'])
  })

  it('is refused when somebody is missing in it', async () => {
    serve({ customers: { ...NOBODY.customers, totalCount: 1 } }, [7])
    await expect(saveCustomers(HOME)).rejects.toThrow('changed each time')
    expect(saved).not.toHaveBeenCalled()
  })
})
