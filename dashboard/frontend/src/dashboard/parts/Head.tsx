import { freshness, newest, now, outdated, poll, trouble } from '../freshness'
import { duration, recently, zoneAt } from '../format'
import { links } from '../links'
import { Icon } from './Icon'
import { FAILURES } from './Message'
import { Time } from './Time'

/** Name, freshness, ways to everything else. */
export function Head() {
  return (
    <header class="head">
      <a class="brand" href={window.location.pathname}>
        <img src={links.mark} alt="" width="24" height="24" />
        Customer sentiment
      </a>
      <Freshness />
      <nav aria-label="Other pages">
        <a href={links.about}>What the score means</a>
        <a href={links.graphql}>GraphQL</a>
        <a href={links.rest}>REST</a>
        <a href={links.admin}>Admin</a>
      </nav>
    </header>
  )
}

/** How old the newest hour is and may be, in milliseconds; null where there is none. */
function ageOfData() {
  const data = freshness.value?.dataFreshness
  const end = newest.value
  if (!data || end === null) return null
  const age = now.value - Date.parse(end)
  const most = data.objectiveSeconds * 1000
  return { end, age, most, isLate: age > most }
}

function Freshness() {
  if (!freshness.value) return <p class="freshness" aria-hidden="true" />
  const data = ageOfData()
  if (data === null) return <p class="freshness">Nothing read yet</p>
  const { end, age, isLate } = data
  return (
    <p class={isLate ? 'freshness late' : 'freshness'}>
      <Icon name={isLate ? 'warning' : 'healthy'} />
      <span>
        Data up to <Time at={end} text={`${recently(end, now.value)} ${zoneAt(end)}`} />
        <span class="wide-only">, {duration(age)} ago</span>
      </span>
    </p>
  )
}

/** What the reader has to know before trusting the page. */
export function Warnings() {
  const data = ageOfData()
  const away = trouble.value
  const [old] = outdated.value.values()
  return (
    <>
      {away && (
        <div class="banner" role="alert">
          <Icon name="warning" />
          <p>
            <b>{FAILURES[away.trouble]}.</b>{' '}
            {freshness.value ? 'What you see is what was known before.' : 'Nothing can be shown.'} The page
            tries again by itself.
          </p>
          <button type="button" class="button" onClick={() => void poll()}>
            Try now
          </button>
        </div>
      )}
      {!away && old && (
        <div class="banner" role="status">
          <Icon name="warning" />
          <p>
            <b>Part of the page could not be renewed:</b> {FAILURES[old.trouble].toLowerCase()}. It shows what was known
            before; the page tries again by itself.
          </p>
          <button type="button" class="button" onClick={() => void poll()}>
            Try now
          </button>
        </div>
      )}
      {data?.isLate && (
        <div class="banner" role="alert">
          <Icon name="warning" />
          <p>
            <b>The data are older than they should be.</b> The newest hour ended{' '}
            <Time at={data.end} />, {duration(data.age)} ago; it should be {duration(data.most)}{' '}
            at most. What customers reported since is not in these scores.{' '}
            <a href={links.health}>How the service is doing</a>
          </p>
        </div>
      )}
    </>
  )
}
