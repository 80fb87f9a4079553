import { afterEach, describe, expect, it, vi } from 'vitest'

import { ask, NoAnswer, type Trouble } from './ask'

vi.mock('../links', () => ({ links: { graphql: '/graphql/' } }))

const QUERY = { text: '{ x }' }
const fetched = vi.fn<typeof fetch>()
vi.stubGlobal('fetch', fetched)
afterEach(() => void fetched.mockReset())

/** What comes of an answer. */
async function outcome(status: number, body: unknown, headers: Record<string, string> = {}): Promise<unknown> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  fetched.mockImplementation(() => Promise.resolve(new Response(text, { status, headers })))
  return ask(QUERY, {}).catch((error: unknown) => error)
}

const errors = (code: string, errorId?: string): unknown => [{ message: 'Why.', extensions: { code, errorId } }]
const PATIENCE = { 'Retry-After': '17' }

describe('no answer', () => {
  it.each<[string, number, unknown, Record<string, string>, Trouble, number]>([
    ['too many requests', 429, '', PATIENCE, 'throttled', 17],
    ['too many requests, for a time not said', 429, '', {}, 'throttled', 60],
    ['a server that is down', 503, 'Down.', PATIENCE, 'broken', 17],
    ['a server that is down and says so in JSON', 503, {}, PATIENCE, 'broken', 17],
    ['a server that fails', 500, { errors: errors('INTERNAL_SERVER_ERROR') }, PATIENCE, 'broken', 17],
    ['a server that fails, for a time not said', 500, {}, {}, 'broken', 0],
    ['a proxy’s page', 200, '<html>', {}, 'broken', 0],
    ['data beside a status that is bad', 500, { data: { x: 1 } }, {}, 'broken', 0],
    ['no data', 200, { data: null }, {}, 'broken', 0],
    ['data a part of which failed', 200, { data: { x: null }, errors: errors('INTERNAL_SERVER_ERROR') }, {}, 'broken', 0],
    ['a value that is wrong', 400, { errors: errors('BAD_USER_INPUT') }, {}, 'refused', 0],
    ['something that is not there', 200, { data: { x: null }, errors: errors('NOT_FOUND') }, {}, 'refused', 0],
    ['too much', 400, { errors: errors('LIMIT_EXCEEDED') }, {}, 'refused', 0],
  ])('is %s', async (_, status, body, headers, trouble, seconds) => {
    const error = await outcome(status, body, headers)
    expect(error).toBeInstanceOf(NoAnswer)
    expect(error).toMatchObject({ trouble, seconds })
  })

  it('says why it was refused, and by which number a failure is found in the log', async () => {
    expect(await outcome(400, { errors: errors('NOT_FOUND') })).toMatchObject({ code: 'NOT_FOUND', message: 'Why.' })
    const failure = await outcome(500, { errors: errors('INTERNAL_SERVER_ERROR', 'a1b2') })
    expect(failure).toMatchObject({ reference: 'a1b2', message: 'Something went wrong on its side.' })
  })

  it('is a network that is away, but not a question that was taken back', async () => {
    fetched.mockRejectedValue(new TypeError('Failed to fetch'))
    await expect(ask(QUERY, {})).rejects.toMatchObject({ trouble: 'offline' })
    await expect(ask(QUERY, {}, AbortSignal.abort())).rejects.toBeInstanceOf(TypeError)
  })
})

describe('an answer', () => {
  it('is its data', async () => {
    expect(await outcome(200, { data: { x: 1 } })).toEqual({ x: 1 })
  })

  it('is asked for by an address that browsers keep', async () => {
    await outcome(200, { data: {} })
    expect(fetched.mock.lastCall?.[0]).toBe('/graphql/?query=%7B+x+%7D')
    await ask(QUERY, { first: 2 })
    expect(fetched.mock.lastCall?.[0]).toBe('/graphql/?query=%7B+x+%7D&variables=%7B%22first%22%3A2%7D')
  })
})
