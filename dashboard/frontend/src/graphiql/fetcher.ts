import type { Fetcher } from '@graphiql/toolkit'

const HEADERS = {
  'Content-Type': 'application/json',
  Accept: 'application/graphql-response+json, application/json;q=0.9',
}

/** GraphiQL's way to this very address; nothing else is ever asked. */
export const fetcher: Fetcher = async (parameters) => {
  const response = await fetch(window.location.pathname, {
    method: 'POST',
    headers: HEADERS,
    credentials: 'same-origin',
    body: JSON.stringify(parameters),
  })
  return response.json()
}

interface Customers {
  data?: { customers?: { edges: { node: { customerId: number } }[] } | null } | null
}

/** A customer that the examples can ask for: the least satisfied one; 1 where there is none. */
export async function worstCustomerId(): Promise<string> {
  const query = '{ customers(first: 1, orderBy: CURRENT_SENTIMENT) { edges { node { customerId } } } }'
  try {
    const answer = (await fetcher({ query })) as Customers
    return String(answer.data?.customers?.edges[0]?.node.customerId ?? 1)
  } catch (error) {
    console.error('The examples could not ask for a customer.', error)
    return '1'
  }
}
