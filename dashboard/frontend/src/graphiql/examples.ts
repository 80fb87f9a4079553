import comparison from './examples/GetIndustrySentimentComparison.graphql?raw'
import customers from './examples/GetCustomers.graphql?raw'
import history from './examples/GetCustomerSentimentHistory.graphql?raw'
import trends from './examples/GetSentimentTrends.graphql?raw'

interface Tab {
  query: string
  variables: string
}

const pretty = (variables: unknown): string => JSON.stringify(variables, null, 2)

/** The tabs that a new visitor finds, ready to run. */
export function exampleTabs(customerId: string): Tab[] {
  return [
    { query: customers, variables: pretty({ sentimentRange: { min: 0, max: 1 } }) },
    { query: history, variables: pretty({ customerId, timeRange: null }) },
    { query: comparison, variables: pretty({ industries: null, timeRange: null }) },
    { query: trends, variables: pretty({ timeRange: null }) },
  ]
}
