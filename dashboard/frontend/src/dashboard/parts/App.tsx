import { useEffect } from 'preact/hooks'

import { HOME } from '../address'
import { useBasics, usePeriod } from '../data'
import { freshness, newest } from '../freshness'
import type { Levels } from '../levels'
import { go, openName, problems, view } from '../place'
import type { Period } from '../ranges'
import { Customers } from './Customers'
import { CustomerPanel } from './CustomerPanel'
import { Glance } from './Glance'
import { Head, Warnings } from './Head'
import { Icon } from './Icon'
import { Industries } from './Industries'
import { Failure, Message, Skeleton } from './Message'
import { Toolbar } from './Toolbar'
import { Trend } from './Trend'
import { useTurn } from './useTurn'

const TITLE = 'Customer sentiment'

/** The whole page. */
export function App() {
  const basics = useBasics()
  const period = usePeriod(basics.data?.first)
  const { customer, industry } = view.value
  const shown = openName.value ?? industry
  useEffect(() => {
    document.title = shown === null ? TITLE : `${shown} · ${TITLE}`
  }, [shown])
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Head />
      <main id="main" tabIndex={-1}>
        <h1 class="sr">{TITLE}</h1>
        <Warnings />
        <BadAddress />
        {basics.error ? (
          <Failure error={basics.error} again={basics.again} />
        ) : basics.data === undefined || freshness.value === undefined ? (
          <Outline />
        ) : newest.value === null || basics.data.first === null ? (
          <NothingYet />
        ) : (
          <>
            <Toolbar period={period} />
            <Parts levels={basics.data.levels} first={basics.data.first} period={period ?? null} />
          </>
        )}
      </main>
      {customer !== null && basics.data && (
        <CustomerPanel id={customer} levels={basics.data.levels} period={period ?? null} />
      )}
    </>
  )
}

interface PartsProperties {
  levels: Levels
  first: string
  period: Period | null
}

/** From top to bottom, each in its turn. */
function Parts({ levels, first, period }: PartsProperties) {
  const [second, third, fourth] = [useTurn(1), useTurn(2), useTurn(3)]
  return (
    <>
      <Glance levels={levels} first={first} />
      <div class="side-by-side">
        {second ? <Trend period={period} levels={levels} /> : <Blank name="trend" rows={8} />}
        {third ? <Industries period={period} levels={levels} /> : <Blank name="industries" rows={8} />}
      </div>
      {fourth ? <Customers levels={levels} /> : <Blank name="customers" rows={12} />}
    </>
  )
}

function BadAddress() {
  if (problems.value.length === 0) return null
  return (
    <div class="banner" role="alert">
      <Icon name="warning" />
      <div>
        <b>This address says something that cannot be shown.</b>
        <ul>
          {problems.value.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      </div>
      <button type="button" class="button" onClick={() => go({})}>
        Go on without it
      </button>
      <button type="button" class="button quiet" onClick={() => go(HOME)}>
        Start afresh
      </button>
    </div>
  )
}

/** The shape of the page, so that nothing jumps when it comes. */
function Outline() {
  return (
    <div class="blank-page" role="status" aria-label="The page is loading">
      <div class="toolbar" />
      <div class="glance">
        {['standing', 'reports', 'people'].map((name) => (
          <Blank key={name} name={name} rows={4} />
        ))}
      </div>
      <div class="side-by-side">
        <Blank name="trend" rows={8} />
        <Blank name="industries" rows={8} />
      </div>
      <Blank name="customers" rows={12} />
    </div>
  )
}

function Blank({ name, rows }: { name: string; rows: number }) {
  return (
    <div class={`card ${name}`}>
      <Skeleton rows={rows} />
    </div>
  )
}

function NothingYet() {
  return (
    <Message icon="none" title="Nothing has been read yet">
      <p>
        Scores appear here after the first run, which starts at the next full hour. Operators can start one now:{' '}
        <code>manage.py run_pipeline</code>.
      </p>
      <p>This page looks again every minute.</p>
    </Message>
  )
}
