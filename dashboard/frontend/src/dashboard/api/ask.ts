import { links } from '../links'
import type { Query } from './query'

export type Trouble = 'offline' | 'throttled' | 'refused' | 'broken'

/** Why there is no answer, in words for the reader. */
export class NoAnswer extends Error {
  constructor(
    readonly trouble: Trouble,
    message: string,
    readonly code = '',
    readonly reference = '',
    /** For how long the server asks to be left in peace. */
    readonly seconds = 0,
  ) {
    super(message)
  }
}

interface Refusal {
  message: string
  extensions?: { code?: string; errorId?: string }
}

interface Body<Data> {
  data?: Data | null
  errors?: Refusal[]
}

const BAD_REQUEST_CODES = ['BAD_USER_INPUT', 'NOT_FOUND', 'LIMIT_EXCEEDED']

/**
 * Ask the public API by GET, so that the browser keeps answers and the server can say that they
 * still hold (`ETag`, 304). Throws NoAnswer.
 */
export async function ask<Data, Variables>(
  query: Query<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Data> {
  const parameters = new URLSearchParams({ query: query.text })
  const given = JSON.stringify(variables)
  if (given !== '{}') parameters.set('variables', given)
  const response = await reach(`${links.graphql}?${parameters}`, signal)
  if (response.status === 429) throw throttled(response)
  const body = await parsed<Data>(response)
  const refusal = body.errors?.[0]
  if (refusal !== undefined) throw refused(refusal, response)
  if (!response.ok || body.data === undefined || body.data === null) throw broken(response)
  return body.data
}

async function reach(address: string, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(address, {
      headers: { Accept: 'application/graphql-response+json' },
      credentials: 'same-origin',
      signal: signal ?? null,
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new NoAnswer('offline', 'No answer came: the network or the server is away.')
  }
}

async function parsed<Data>(response: Response): Promise<Body<Data>> {
  try {
    return (await response.json()) as Body<Data>
  } catch {
    throw broken(response)
  }
}

function throttled(response: Response): NoAnswer {
  const seconds = wait(response) || 60
  const message = `Too many requests; the next is answered in ${seconds} s.`
  return new NoAnswer('throttled', message, '', '', seconds)
}

function refused({ message, extensions = {} }: Refusal, response: Response): NoAnswer {
  const code = extensions.code ?? ''
  if (BAD_REQUEST_CODES.includes(code)) return new NoAnswer('refused', message, code)
  const words = 'Something went wrong on its side.'
  return new NoAnswer('broken', words, code, extensions.errorId, wait(response))
}

function broken(response: Response): NoAnswer {
  return new NoAnswer('broken', `It said HTTP ${response.status}.`, '', '', wait(response))
}

/** For how many seconds the server asks to be left in peace; 0 where it does not say. */
function wait(response: Response): number {
  return Number(response.headers.get('Retry-After')) || 0
}
