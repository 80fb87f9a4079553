import { useEffect, useRef } from 'preact/hooks'

import { FIRST_PAGE } from '../address'
import { useAnswer } from '../api/useAnswer'
import type { WholeCustomer } from '../customers'
import { Customer } from '../generated/queries'
import type { Levels } from '../levels'
import { address, follow, go, openName, view } from '../place'
import type { Period } from '../ranges'
import { CustomerHistory } from './CustomerHistory'
import { CustomerStanding } from './CustomerStanding'
import { Icon } from './Icon'
import { Failure, Message, Skeleton } from './Message'
import { Scores } from './Scores'
import { Time } from './Time'
import { Why } from './Why'

interface Properties {
  id: string
  levels: Levels
  period: Period | null
}

function closePanel(): void {
  const { customer } = view.value
  go({ customer: null, score: null })
  document.getElementById(`customer-${customer}`)?.focus()
}

/** One customer beside the list: how it stands, how it came to that, and why. */
export function CustomerPanel({ id, levels, period }: Properties) {
  const { data, error, busy, again } = useAnswer(Customer, { id })
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => head.current?.focus(), [id])
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) closePanel()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
  // While the next one is on its way, `data` is of the one before.
  const answer = busy ? undefined : data
  const customer = answer?.customer
  const name = customer?.companyName ?? null
  useEffect(() => {
    openName.value = name
    return () => {
      openName.value = null
    }
  }, [name])
  return (
    <aside class="panel" aria-labelledby="panel-title">
      <header class="panel-head">
        <h2 id="panel-title" ref={head} tabIndex={-1}>
          {name ?? `Customer ${id}`}
        </h2>
        <button type="button" class="button quiet" onClick={closePanel}>
          <Icon name="close" />
          Close
        </button>
      </header>
      {error ? (
        <Failure error={error} again={again} />
      ) : answer === undefined ? (
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

function Details({ customer, levels, period }: { customer: WholeCustomer; levels: Levels; period: Period | null }) {
  const of = customer.currentScore
  const explained = view.value.score ?? of?.jobId ?? null
  return (
    <div class="panel-body">
      <Facts customer={customer} />
      <CustomerStanding customer={customer} levels={levels} />
      <CustomerHistory customer={customer} levels={levels} period={period} />
      {explained !== null && (
        <Why score={explained} customer={String(customer.customerId)} newest={of?.jobId ?? null} />
      )}
      {of && <Scores customer={String(customer.customerId)} explained={explained} period={period} levels={levels} />}
    </div>
  )
}

function Facts({ customer }: { customer: WholeCustomer }) {
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
