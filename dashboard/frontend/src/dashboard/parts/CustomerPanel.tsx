import { useEffect, useMemo, useRef, useState } from 'preact/hooks'

import { useAnswer } from '../api/useAnswer'
import { ofScores } from '../columns'
import { fileName, save, stamp, toCsv } from '../csv'
import { amount, count, interval, score } from '../format'
import {
  Customer as CustomerQuery,
  type CustomerQuery as CustomerAnswer,
  History,
  type HistoryQuery,
} from '../generated/queries'
import { type Levels, STATE_MEANINGS } from '../levels'
import { FIRST_PAGE } from '../address'
import { address, follow, go, view } from '../place'
import type { Period } from '../ranges'
import { Chart } from './Chart'
import { CsvButton } from './CsvButton'
import { Delta, reach } from './Delta'
import { Icon } from './Icon'
import { IntervalBar } from './IntervalBar'
import { Failure, Message, Skeleton } from './Message'
import { Scores } from './Scores'
import { TableButton } from './TableButton'
import { Time } from './Time'
import { zoom } from './Trend'
import { Verdict } from './Verdict'
import { Why } from './Why'

type Customer = NonNullable<CustomerAnswer['customer']>

const HEIGHT = 240

interface Properties {
  id: string
  levels: Levels
  period: Period | null
}

export function closePanel(): void {
  const { customer } = view.value
  go({ customer: null, score: null })
  document.getElementById(`customer-${customer}`)?.focus()
}

/** One customer beside the list: how it stands, how it came to that, and why. */
export function CustomerPanel({ id, levels, period }: Properties) {
  const { data, error, again } = useAnswer(CustomerQuery, { id })
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => head.current?.focus(), [id])
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) closePanel()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
  const customer = data?.customer
  return (
    <aside class="panel" aria-labelledby="panel-title">
      <header class="panel-head">
        <h2 id="panel-title" ref={head} tabIndex={-1}>
          {customer?.companyName ?? `Customer ${id}`}
        </h2>
        <button type="button" class="button quiet" onClick={closePanel}>
          <Icon name="close" />
          Close
        </button>
      </header>
      {error ? (
        <Failure error={error} again={again} />
      ) : data === undefined ? (
        <Skeleton rows={10} label="The customer" />
      ) : !customer ? (
        <Message icon="none" title={`There is no customer ${id}`} alert>
          <p>The address may be mistyped, or made for another installation.</p>
          <button type="button" class="button" onClick={closePanel}>
            Show all customers
          </button>
        </Message>
      ) : (
        <Details key={id} customer={customer} levels={levels} period={period} />
      )}
    </aside>
  )
}

function Details({ customer, levels, period }: { customer: Customer; levels: Levels; period: Period | null }) {
  const of = customer.currentScore
  const explained = view.value.score ?? of?.jobId ?? null
  return (
    <div class="panel-body">
      <Facts customer={customer} />
      <Standing customer={customer} levels={levels} />
      <HistoryPart customer={customer} levels={levels} period={period} />
      {explained !== null && (
        <Why score={explained} customer={String(customer.customerId)} newest={of?.jobId ?? null} />
      )}
      {of && <Scores customer={String(customer.customerId)} explained={explained} period={period} levels={levels} />}
    </div>
  )
}

function Facts({ customer }: { customer: Customer }) {
  const { industry, city, state, country, inactiveSince, isPlaceholder } = customer
  const where = [city, state, country].filter(Boolean).join(', ')
  const change = { industry, ...FIRST_PAGE }
  return (
    <>
      <p class="facts">
        <a href={address(change)} onClick={follow(change)}>
          {industry}
        </a>
        {where && <span>{where}</span>}
        <span>No. {customer.customerId}</span>
      </p>
      {inactiveSince !== null && (
        <p class="note">
          <Icon name="warning" /> The source has not had this customer since <Time at={inactiveSince} />.
        </p>
      )}
      {isPlaceholder && (
        <p class="note">
          <Icon name="warning" /> Known only from reports: the source has no customer with this number.
        </p>
      )}
    </>
  )
}

function Standing({ customer, levels }: { customer: Customer; levels: Levels }) {
  const { currentSentiment: value, currentScore: of, scoreState, lastWindowStart } = customer
  return (
    <section class="customer-standing" aria-label="Score now">
      <div class="standing-now">
        <p class="big">{score(value)}</p>
        <div>
          <Verdict value={value} low={of?.scoreLow} high={of?.scoreHigh} state={scoreState} levels={levels} />
          {of && value !== null && (
            <>
              <IntervalBar value={value} low={of.scoreLow} high={of.scoreHigh} levels={levels} faint={scoreState !== 'SCORED'} />
              <p class="hint">90 % interval {interval(of.scoreLow, of.scoreHigh)}</p>
            </>
          )}
        </div>
      </div>
      {scoreState !== 'SCORED' && <p class="note">{STATE_MEANINGS[scoreState]}</p>}
      <ChangeWords of={customer} />
      <dl class="pairs">
        <div>
          <dt>Reports in 24 h</dt>
          <dd>{count(customer.reportsLast24Hours)}</dd>
        </div>
        {of && (
          <>
            <div>
              <dt>Newest hour with reports</dt>
              <dd>{lastWindowStart && <Time at={lastWindowStart} />}</dd>
            </div>
            <div>
              <dt>FP and FN in it</dt>
              <dd>
                {count(of.fpCount)} and {count(of.fnCount)}
              </dd>
            </div>
            <div>
              <dt>Evidence</dt>
              <dd>{amount(of.evidence)} reports</dd>
            </div>
            <div>
              <dt>Baseline of {customer.industry}</dt>
              <dd>{of.baselineScore === null ? 'none' : score(of.baselineScore)}</dd>
            </div>
          </>
        )}
      </dl>
    </section>
  )
}

function ChangeWords({ of: { change } }: { of: Customer }) {
  if (change === null) {
    return <p class="hint">No change to tell: it did not report both in the last 24 hours and before.</p>
  }
  const { recent, before, significant } = change
  return (
    <p class="change-words">
      <Delta of={change} /> <span class="interval">({reach(change)})</span>: {count(recent.fpCount)} FP and{' '}
      {count(recent.fnCount)} FN in 24 hours, {count(before.fpCount)} FP and {count(before.fnCount)} FN before,
      from <Time at={before.start} /> on. {significant ? 'More than chance.' : 'It may be chance.'}
    </p>
  )
}

function HistoryPart({ customer, levels, period }: { customer: Customer; levels: Levels; period: Period | null }) {
  const id = String(customer.customerId)
  const { startDate, endDate, resolution } = period ?? {}
  const { data, error, again, busy } = useAnswer(
    History,
    period && { id, timeRange: { startDate, endDate }, resolution },
  )
  const [asTable, setAsTable] = useState(false)
  const series = data?.scoreSeries
  const columns = useMemo(() => (series && period ? ofScores(series, period.resolution) : null), [series])
  const baseline = customer.currentScore?.baselineScore ?? null
  return (
    <section class="history" aria-labelledby="history-title" aria-busy={busy}>
      <header class="card-head">
        <h3 id="history-title">History</h3>
        {series && period && series.windowStart.length > 0 && (
          <div class="card-aside">
            <TableButton of="the history" pressed={asTable} toggle={setAsTable} />
            <CsvButton of="the history" save={() => save(csvName(customer, period), historyCsv(series))} />
          </div>
        )}
      </header>
      {error ? (
        <Failure error={error} again={again} />
      ) : period === null || columns?.times.length === 0 ? (
        <Message icon="none" title="No reports in this range">
          <button type="button" class="button" onClick={() => go({ range: 'all', from: null, to: null })}>
            Show everything
          </button>
        </Message>
      ) : columns ? (
        <>
          <Chart
            columns={columns}
            levels={levels}
            label={`History of ${customer.companyName}`}
            height={HEIGHT}
            asTable={asTable}
            zoom={zoom}
            normal={baseline === null ? undefined : `normal for ${customer.industry}`}
          />
          {baseline === null && (
            <p class="hint">{customer.industry} has no baseline: the score is the plain share of FN.</p>
          )}
        </>
      ) : (
        <Skeleton rows={6} label="The history" />
      )}
    </section>
  )
}

function csvName(customer: Customer, { startDate, endDate, resolution }: Period): string {
  const per = `per ${resolution.toLowerCase()}`
  return fileName('history', String(customer.customerId), customer.companyName, per, stamp(startDate), stamp(endDate))
}

export function historyCsv(series: NonNullable<HistoryQuery['scoreSeries']>): string {
  return toCsv(
    ['start_utc', 'score', 'score_low', 'score_high', 'raw_score', 'evidence', 'fn_count', 'fp_count', 'windows'],
    series.windowStart.map((start, i) => [
      start,
      series.sentimentScore[i],
      series.scoreLow[i],
      series.scoreHigh[i],
      series.rawScore[i],
      series.evidence[i],
      series.fnCount[i],
      series.fpCount[i],
      series.windows[i],
    ]),
  )
}

