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

function Freshness() {
  const data = freshness.value?.dataFreshness
  if (!data) return <p class="freshness" aria-hidden="true" />
  const end = newest.value
  if (end === null) return <p class="freshness">Nothing read yet</p>
  const age = now.value - Date.parse(end)
  const late = age > data.objectiveSeconds * 1000
  return (
    <p class={late ? 'freshness late' : 'freshness'}>
      <Icon name={late ? 'warning' : 'healthy'} />
      <span>
        Data up to <Time at={end} text={`${recently(end, now.value)} ${zoneAt(end)}`} />
        <span class="wide-only">, {duration(age)} ago</span>
      </span>
    </p>
  )
}

/** What the reader has to know before trusting the page. */
export function Warnings() {
  const data = freshness.value?.dataFreshness
  const away = trouble.value
  const [old] = outdated.value.values()
  const end = newest.value
  const age = end === null ? 0 : now.value - Date.parse(end)
  return (
    <>
      {away && (
        <div class="banner" role="alert">
          <Icon name="warning" />
          <p>
            <b>{FAILURES[away.trouble]}.</b>{' '}
            {data ? 'What you see is what was known before.' : 'Nothing can be shown.'} The page
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
      {data && end !== null && age > data.objectiveSeconds * 1000 && (
        <div class="banner" role="alert">
          <Icon name="warning" />
          <p>
            <b>The data are older than they should be.</b> The newest hour ended{' '}
            <Time at={end} />, {duration(age)} ago; it should be {duration(data.objectiveSeconds * 1000)}{' '}
            at most. What customers reported since is not in these scores.{' '}
            <a href={links.health}>How the service is doing</a>
          </p>
        </div>
      )}
    </>
  )
}
