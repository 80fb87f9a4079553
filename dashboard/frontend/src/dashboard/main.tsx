import './styles/tokens.css'
import './styles/base.css'
import './styles/page.css'
import './styles/scores.css'
import './styles/glance.css'
import './styles/chart.css'
import './styles/lists.css'
import './styles/messages.css'
import './styles/panel.css'

import { render } from 'preact'

import { watchFreshness } from './freshness'
import { App } from './parts/App'

const place = document.getElementById('dashboard')
if (place === null) throw new Error('The page has no place for the dashboard.')

watchFreshness()
place.replaceChildren()
render(<App />, place)
