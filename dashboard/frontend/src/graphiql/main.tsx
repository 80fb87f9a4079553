import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import './page.css'

import { GraphiQL } from 'graphiql'
import { createRoot } from 'react-dom/client'

import { exampleTabs } from './examples'
import { fetcher, worstCustomerId } from './fetcher'

const root = document.getElementById('graphiql')
if (root === null) throw new Error('The page has no place for GraphiQL.')

const customerId = await worstCustomerId()
createRoot(root).render(
  <GraphiQL
    fetcher={fetcher}
    defaultTabs={exampleTabs(customerId)}
    defaultEditorToolsVisibility="variables"
    isHeadersEditorEnabled={false}
    inputValueDeprecation
    schemaDescription
  />,
)
