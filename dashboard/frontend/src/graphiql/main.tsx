/** @jsxImportSource react */
import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import './page.css'

import { GraphiQL } from 'graphiql'
import { createRoot } from 'react-dom/client'

import { exampleTabs } from './examples'
import { fetcher, worstCustomerId } from './fetcher'

const root = document.getElementById('graphiql')
if (root === null) throw new Error('The page has no place for GraphiQL.')

const tabs = exampleTabs(await worstCustomerId())
// GraphiQL shows the variables of its first tab only when it is told so, and would open that tab
// once more on each later visit.
const firstVisit = localStorage.getItem('graphiql:tabState') === null
createRoot(root).render(
  <GraphiQL
    fetcher={fetcher}
    defaultTabs={tabs}
    {...(firstVisit ? { initialVariables: tabs[0]?.variables ?? '' } : {})}
    defaultEditorToolsVisibility="variables"
    isHeadersEditorEnabled={false}
    inputValueDeprecation
    schemaDescription
  />,
)
