import type { WholeCustomer } from '../customers'
import { count, effective, interval, score } from '../format'
import { type Levels, STATE_MEANINGS } from '../levels'
import { AsOfNow } from './AsOfNow'
import { Delta, reach } from './Delta'
import { IntervalBar } from './IntervalBar'
import { Time } from './Time'
import { Verdict } from './Verdict'

/** The score of now, how sure it is, and what has changed. */
export function CustomerStanding({ customer, levels }: { customer: WholeCustomer; levels: Levels }) {
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
              <p class="hint">
                90 % interval {interval(of.scoreLow, of.scoreHigh)}
                <AsOfNow />
              </p>
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
              <dd>{effective(of.evidence)} reports</dd>
            </div>
            <div>
              <dt>Baseline applied</dt>
              <dd>{of.baselineScore === null ? 'none' : `${score(of.baselineScore)}, of ${of.industry}`}</dd>
            </div>
          </>
        )}
      </dl>
    </section>
  )
}

function ChangeWords({ of: { change } }: { of: WholeCustomer }) {
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
