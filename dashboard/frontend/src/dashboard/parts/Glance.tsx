import { useMemo } from 'preact/hooks'

import { useAnswer } from '../api/useAnswer'
import { type Columns, type DayOfReports, reportsOfDay, valuesAt } from '../columns'
import { useStanding } from '../data'
import { NONE, count, growth, interval, score } from '../format'
import { newest } from '../freshness'
import { Census } from '../generated/queries'
import { LEVELS, LEVEL_WORDS, type Levels, STATE_WORDS, rangeOf, rangesOfFair, sizes } from '../levels'
import { address, follow, view } from '../place'
import { DAY, HOUR, type Period, iso } from '../ranges'
import type { View } from '../address'
import { FIRST_PAGE } from '../address'
import { AsOfNow } from './AsOfNow'
import { Card } from './Card'
import { type Change, Delta } from './Delta'
import { Icon, type IconName } from './Icon'
import { IntervalBar } from './IntervalBar'
import { Failure, Skeleton } from './Message'
import { Verdict } from './Verdict'

/** How things stand now: the score and its change, the reports of a day, the customers. */
export function Glance({ levels, first }: { levels: Levels; first: string }) {
  const { industry } = view.value
  const end = newest.value
  const period = useMemo<Period | null>(() => {
    if (end === null) return null
    const start = Math.max(Date.parse(end) - 8 * DAY, Date.parse(first))
    return { startDate: iso(start), endDate: end, resolution: 'HOUR' }
  }, [end, first])
  const standing = useStanding(industry, period)
  if (standing.error) {
    return (
      <div class="card">
        <Failure error={standing.error} again={standing.again} />
      </div>
    )
  }
  if (!standing.data || end === null) {
    return (
      <div class="glance">
        <div class="card standing">
          <Skeleton rows={4} label="The overview" />
        </div>
        <div class="card reports">
          <Skeleton rows={4} />
        </div>
        <People levels={levels} />
      </div>
    )
  }
  const of = industry ?? 'All industries'
  return (
    <div class={standing.busy ? 'glance busy' : 'glance'} aria-busy={standing.busy}>
      <Standing columns={standing.data} end={Date.parse(end)} levels={levels} of={of} />
      <Reports columns={standing.data} end={Date.parse(end)} />
      <People levels={levels} />
    </div>
  )
}

/** All of the overview is of now, whatever the range. */
const withNow = (title: string) => (
  <>
    {title}
    <AsOfNow />
  </>
)

interface OfColumns {
  columns: Columns
  end: number
}

function Standing({ columns, end, levels, of }: OfColumns & { levels: Levels; of: string }) {
  const now = at(columns, end - HOUR)
  if (now === null) {
    return (
      <Card title={withNow(`Standing score: ${of}`)} class="standing">
        <p class="big">{NONE}</p>
        <p class="hint">No customer here has a score that still counts.</p>
      </Card>
    )
  }
  return (
    <Card title={withNow(`Standing score: ${of}`)} class="standing">
      <div class="standing-now">
        <p class="big">{score(now.value)}</p>
        <div>
          <Verdict value={now.value} low={now.low} high={now.high} levels={levels} />
          <IntervalBar {...now} levels={levels} />
          <p class="hint">90 % interval {interval(now.low, now.high)}</p>
        </div>
      </div>
      <dl class="changes">
        <Against what="yesterday" now={now} then={at(columns, end - HOUR - DAY)} />
        <Against what="last week" now={now} then={at(columns, end - HOUR - 7 * DAY)} />
      </dl>
    </Card>
  )
}

interface Point {
  value: number
  low: number
  high: number
}

function at(columns: Columns, time: number): Point | null {
  const { score: value, low, high } = valuesAt(columns, columns.times.lastIndexOf(time))
  return value === null || low === null || high === null ? null : { value, low, high }
}

/** Intervals that do not meet are more than chance. */
function between(now: Point, then: Point): Change {
  return {
    difference: now.value - then.value,
    low: now.low - then.high,
    high: now.high - then.low,
    significant: now.high < then.low || now.low > then.high,
  }
}

function Against({ what, now, then }: { what: string; now: Point; then: Point | null }) {
  return (
    <div>
      <dt>Since {what}</dt>
      {then === null ? (
        <dd class="hint">not known</dd>
      ) : (
        <dd>
          <Delta of={between(now, then)} />{' '}
          <span class="hint">
            from {score(then.value)} <span class="interval">({interval(then.low, then.high)})</span>
          </span>
        </dd>
      )}
    </div>
  )
}

function Reports({ columns, end }: OfColumns) {
  const today = reportsOfDay(columns, end)
  const before = reportsOfDay(columns, end - DAY)
  return (
    <Card title={withNow('Reports, last 24 h')} class="reports">
      <dl class="counts">
        <Count what="FP" meaning="good mail blocked" value={today.fp} before={before.fp} />
        <Count what="FN" meaning="bad mail let through" value={today.fn} before={before.fn} />
      </dl>
      {/* An industry has rows only in hours in which somebody had a score. */}
      {view.value.industry === null && (
        <>
          <Missing day={today} when="last" />
          <Missing day={before} when="previous" />
        </>
      )}
    </Card>
  )
}

interface CountProperties {
  what: 'FN' | 'FP'
  meaning: string
  value: number
  before: number
}

function Count({ what, meaning, value, before }: CountProperties) {
  const more = growth(value, before)
  const way = value === before ? 'same' : value > before ? 'up' : 'down'
  return (
    <div>
      <dt>
        <b class={`key-${what.toLowerCase()}`}>{what}</b> <span class="hint">{meaning}</span>
      </dt>
      <dd>
        <span class="number-big">{count(value)}</span>
        <span class="against">
          <Icon name={way} />
          {more ?? (value === before ? '±0' : 'new')}
          <span class="hint"> {count(before)} the day before</span>
        </span>
      </dd>
    </div>
  )
}

function Missing({ day, when }: { day: DayOfReports; when: string }) {
  if (day.windows >= 24) return null
  return (
    <p class="hint">
      <Icon name="warning" /> Only {day.windows} of the {when} 24 hours have been read.
    </p>
  )
}

interface Group {
  name: string
  words: string
  icon: IconName
  size: number
  change: Partial<View>
}

function People({ levels }: { levels: Levels }) {
  const { industry } = view.value
  const census = useAnswer(Census, {
    ...(industry !== null && { industry }),
    ...rangesOfFair(levels),
  })
  const data = census.data
  if (!data) {
    return (
      <div class="card people">
        {census.error ? (
          <Failure error={census.error} again={census.again} />
        ) : (
          <Skeleton rows={4} label="The number of customers" />
        )}
      </div>
    )
  }
  const size = (name: keyof typeof data): number => data[name]?.totalCount ?? 0
  const of = sizes(size('scored'), size('fairOrBetter'), size('fairOrWorse'))
  const groups: Group[] = [
    ...LEVELS.map((name): Group => ({
      name,
      words: LEVEL_WORDS[name],
      icon: name,
      size: of[name],
      change: { state: 'scored', ...rangeOf(name, levels) },
    })),
    { name: 'insufficient_evidence', words: STATE_WORDS.INSUFFICIENT_EVIDENCE, icon: 'insufficient', size: size('insufficient'), change: { state: 'insufficient' } },
    { name: 'stale', words: STATE_WORDS.STALE, icon: 'stale', size: size('stale'), change: { state: 'stale' } },
    { name: 'no_data', words: STATE_WORDS.NO_DATA, icon: 'none', size: size('none'), change: { state: 'none' } },
  ]
  const total = groups.reduce((sum, group) => sum + group.size, 0)
  return (
    <Card title={withNow(`${count(total)} customers`)} class="people" busy={census.busy}>
      <div class="shares" aria-hidden="true">
        {groups.map(({ name, size: many }) => (
          <span key={name} class={`share is-${name}`} style={{ flexGrow: many }} hidden={many === 0} />
        ))}
      </div>
      <ul class="groups">
        {groups.map((group) => {
          const change = { min: null, max: null, search: '', ...FIRST_PAGE, ...group.change }
          return (
            <li key={group.name}>
              <a class={`verdict is-${group.name}`} href={address(change)} onClick={follow(change)}>
                <Icon name={group.icon} />
                <b>{count(group.size)}</b> {group.words}
              </a>
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
