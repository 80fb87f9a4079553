import type { ComponentChildren } from 'preact'

import { useAnswer } from '../api/useAnswer'
import { amount, count, difference, interval, score as digits } from '../format'
import { Why as Query, type WhyQuery } from '../generated/queries'
import { address, follow } from '../place'
import { Failure, Message, Skeleton } from './Message'
import { Revisions } from './Revisions'
import { Time } from './Time'

type Explanation = NonNullable<WhyQuery['scoreExplanation']>
type Explained = NonNullable<WhyQuery['sentimentScore']>

interface Properties {
  score: string
  customer: string
  newest: string | null
}

/** Why a score is what it is: in words, in a table, in the arithmetic that follows from it. */
export function Why({ score, customer, newest }: Properties) {
  const { data, error, again, busy } = useAnswer(Query, { score })
  const of = data?.sentimentScore
  const explanation = data?.scoreExplanation
  const back = { score: null }
  return (
    <section class="why" aria-labelledby="why-title" aria-busy={busy}>
      <h3 id="why-title">Why this score</h3>
      {error ? (
        <Failure error={error} again={again} />
      ) : data === undefined ? (
        <Skeleton rows={6} label="The explanation" />
      ) : !of || !explanation || String(of.customerId) !== customer ? (
        <Message icon="none" title="This customer has no such score" alert>
          <a class="button" href={address(back)} onClick={follow(back)}>
            Explain the newest score
          </a>
        </Message>
      ) : (
        <>
          <p class="which">
            Score of the hour from <Time at={of.windowStart} />
            {of.jobId !== newest && (
              <>
                {' · '}
                <a href={address(back)} onClick={follow(back)}>
                  explain the newest
                </a>
              </>
            )}
          </p>
          {of.supersededAt !== null && (
            <p class="note">
              Revision {of.revision}, superseded on <Time at={of.supersededAt} />.{' '}
              {explanation.current === null ? (
                'The score was withdrawn: its reports are gone.'
              ) : (
                <a href={address({ score: explanation.current })} onClick={follow({ score: explanation.current })}>
                  Show what took its place
                </a>
              )}
            </p>
          )}
          {!explanation.isReproduced && (
            <p class="note">
              Its reports were counted again while it was computed; a newer revision follows.
            </p>
          )}
          <p class="summary">{localised(explanation.summary)}</p>
          <Windows of={explanation} />
          <Steps of={explanation} score={of} />
          <Revisions score={score} />
        </>
      )}
    </section>
  )
}

const UTC_TIME = /(\d{4}-\d\d-\d\d) (\d\d:\d\d)Z/

/** The API's words, with its times in the reader's zone. */
function localised(words: string): ComponentChildren[] {
  // Around two groups, `split` leaves words, day, hour, words, day, hour, words.
  return words
    .split(UTC_TIME)
    .map((part, i, parts) => {
      if (i % 3 === 1) return <Time key={i} at={`${part}T${parts[i + 1]}Z`} />
      return i % 3 === 0 ? part : null
    })
}

function Windows({ of }: { of: Explanation }) {
  const total = of.windows.reduce((sum, { weight }) => sum + weight, 0)
  return (
    <table class="list compact">
      <caption>The hours with reports that it rests on, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Hour from</th>
          <th scope="col" class="number from-sm">Age</th>
          <th scope="col" class="number">FP</th>
          <th scope="col" class="number">FN</th>
          <th scope="col" class="number">Share</th>
          <th scope="col" class="number">Weight</th>
          <th scope="col" class="number from-sm">Part</th>
        </tr>
      </thead>
      <tbody>
        {of.windows.map((window) => (
          <tr key={window.windowStart}>
            <th scope="row"><Time at={window.windowStart} /></th>
            <td class="number from-sm">{count(window.ageHours)} h</td>
            <td class="number">{count(window.fpCount)}</td>
            <td class="number">{count(window.fnCount)}</td>
            <td class="number">{digits(window.ratio)}</td>
            <td class="number">{digits(window.weight)}</td>
            <td class="number from-sm">{Math.round((100 * window.weight) / total)} %</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Steps({ of, score }: { of: Explanation; score: Explained }) {
  const { trend, shrinkage, normalisation, profile } = of
  const isStandard = profile.fnWeight === 0 && profile.fpWeight === 1
  return (
    <dl class="steps">
      <Step value={digits(shrinkage?.own ?? of.base)}>
        Weighted mean of the shares{' '}
        {isStandard
          ? '(the share of FN in each hour)'
          : `(1 less the cost: ${digits(profile.fpWeight)} for each FP, ${digits(profile.fnWeight)} for each FN)`}
      </Step>
      {shrinkage && (
        <Step value={digits(of.base)}>
          Drawn towards the mean of {score.industry}, {digits(shrinkage.mean)}, which weighs as{' '}
          {amount(shrinkage.strength)} reports
        </Step>
      )}
      {trend && (
        <Step value={difference(trend.shift)}>
          Trend: it was {digits(trend.previous)} before; {digits(trend.weight)} of the difference is added
        </Step>
      )}
      {normalisation ? (
        <Step value={digits(of.sentimentScore)}>
          Set against the baseline of {score.industry}, {digits(normalisation.baseline)}, which shows as 0.50
          {normalisation.method === 'logit' && ' (by odds)'}
        </Step>
      ) : (
        <Step value={digits(of.sentimentScore)}>No baseline was applied</Step>
      )}
      <Step value={digits(of.sentimentScore)} interval={interval(of.scoreLow, of.scoreHigh)} result>
        Score, with its 90 % interval
      </Step>
      <Step value={amount(of.evidence)}>
        Evidence: it rests on as many reports; {amount(profile.minEvidence)} are asked for
      </Step>
      <Step value={`version ${profile.version}`}>
        Scoring profile: up to {profile.historyWindows} hours with reports, none older than{' '}
        {amount(profile.maxAgeHours / 24)} days; computed <Time at={score.createdAt} />
      </Step>
    </dl>
  )
}

interface StepProperties {
  value: string
  interval?: string
  result?: boolean
  children: ComponentChildren
}

function Step({ value, interval: reach, result = false, children }: StepProperties) {
  return (
    <div class={result ? 'result' : ''}>
      <dt>{children}</dt>
      <dd>
        {value} {reach !== undefined && <span class="interval">{reach}</span>}
      </dd>
    </div>
  )
}
