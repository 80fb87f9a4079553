import { useEffect, useState } from 'preact/hooks'

import { RANGES, RESOLUTIONS, type View, isCustom } from '../address'
import { instant, local } from '../clocks'
import { moment, zone } from '../format'
import { address, filter, follow, go, view } from '../place'
import type { Period } from '../ranges'
import { Icon } from './Icon'

const NAMES: Record<View['range'], string> = { '24h': '24 h', '7d': '7 d', '30d': '30 d', all: 'All' }

/** What the whole page is about: the range, and one industry or all. */
export function Toolbar({ period }: { period: Period | null | undefined }) {
  const { range, industry } = view.value
  const custom = isCustom(view.value)
  const [open, setOpen] = useState(false)
  return (
    <div class="toolbar">
      <div class="segmented" role="group" aria-label="Range">
        {RANGES.map((name) => {
          const change = { range: name, from: null, to: null }
          return (
            <a
              key={name}
              href={address(change)}
              onClick={follow(change)}
              aria-current={!custom && range === name ? 'true' : undefined}
            >
              {NAMES[name]}
            </a>
          )
        })}
        <button
          type="button"
          aria-expanded={open}
          aria-controls="from-to"
          class={custom ? 'chosen' : ''}
          onClick={() => setOpen(!open)}
        >
          From–to
        </button>
      </div>
      <Resolution period={period} />
      {industry !== null && (
        <button
          type="button"
          class="chip"
          aria-label={`${industry}: show all industries`}
          onClick={() => filter({ industry: null })}
        >
          {industry}
          <Icon name="close" />
        </button>
      )}
      <p class="range-words">
        {period ? `${moment(period.startDate)} – ${moment(period.endDate)}` : period === null && nothing(view.value)}
        <span class="zone"> {zone()}</span>
      </p>
      {open && <FromTo period={period} close={() => setOpen(false)} />}
    </div>
  )
}

/** A range in which nothing was read, as it was asked for. */
function nothing({ from, to }: View): string {
  const range =
    from === null ? `until ${moment(to ?? '')}` : to === null ? `from ${moment(from)}` : `${moment(from)} – ${moment(to)}`
  return `${range}: nothing was read`
}

function Resolution({ period }: { period: Period | null | undefined }) {
  const choose = (event: Event): void => {
    const chosen = (event.target as HTMLSelectElement).value
    go({ resolution: RESOLUTIONS.find((name) => name === chosen) ?? null })
  }
  return (
    <label class="field">
      <span>per</span>
      <select value={view.value.resolution ?? ''} onChange={choose} aria-label="Resolution">
        <option value="">
          {period && view.value.resolution === null ? `${period.resolution.toLowerCase()} (auto)` : 'auto'}
        </option>
        {RESOLUTIONS.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

function FromTo({ period, close }: { period: Period | null | undefined; close: () => void }) {
  const [from, setFrom] = useState(local(period?.startDate))
  const [to, setTo] = useState(local(period?.endDate))
  const start = instant(from, period?.startDate)
  const end = instant(to, period?.endDate)
  const wrong = start !== null && end !== null && start >= end
  useEffect(() => document.getElementById('from')?.focus(), [])
  const apply = (event: Event): void => {
    event.preventDefault()
    if (wrong) return
    go({ from: start, to: end })
    close()
  }
  return (
    <form
      id="from-to"
      class="from-to"
      onSubmit={apply}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        close()
      }}
    >
      <label class="field">
        <span>From</span>
        <input id="from" type="datetime-local" value={from} onInput={(e) => setFrom(e.currentTarget.value)} />
      </label>
      <label class="field">
        <span>To</span>
        <input
          type="datetime-local"
          value={to}
          aria-invalid={wrong}
          aria-describedby={wrong ? 'from-to-wrong' : undefined}
          onInput={(e) => setTo(e.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button primary" disabled={wrong}>
        Show
      </button>
      <button type="button" class="button quiet" onClick={close}>
        Cancel
      </button>
      {wrong && (
        <p id="from-to-wrong" class="wrong" role="alert">
          “From” has to be before “to”.
        </p>
      )}
    </form>
  )
}
