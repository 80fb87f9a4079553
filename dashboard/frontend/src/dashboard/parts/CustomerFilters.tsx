import { FIRST_PAGE, ORDERS, STATES } from '../address'
import { ORDER_NAMES, isFiltered, stateWords } from '../customers'
import { bound } from '../format'
import { address, filter, follow, view } from '../place'
import { Icon } from './Icon'
import { Search } from './Search'

/** In which order, and which of them. */
export function CustomerFilters() {
  const { order, state, min, max } = view.value
  const choose = (event: Event): void => {
    const chosen = (event.target as HTMLSelectElement).value
    filter({ state: STATES.find((name) => name === chosen) ?? null })
  }
  return (
    <div class="filters">
      <div class="segmented" role="group" aria-label="Order">
        {ORDERS.map((name) => {
          const change = { order: name, ...FIRST_PAGE }
          return (
            <a
              key={name}
              href={address(change)}
              onClick={follow(change)}
              aria-current={order === name ? 'true' : undefined}
            >
              {ORDER_NAMES[name]}
            </a>
          )
        })}
      </div>
      <Search />
      <label class="field">
        <span>State</span>
        <select value={state ?? ''} onChange={choose} aria-label="State">
          <option value="">any</option>
          {STATES.map((name) => (
            <option key={name} value={name}>
              {stateWords(name)}
            </option>
          ))}
        </select>
      </label>
      <fieldset class="field">
        <legend>Score</legend>
        <Bound name="min" value={min} label="from" />
        <Bound name="max" value={max} label="to" />
      </fieldset>
      {isFiltered(view.value) && (
        <button type="button" class="button quiet" onClick={clearFilters}>
          <Icon name="close" />
          Clear filters
        </button>
      )}
    </div>
  )
}

const NO_FILTERS = { industry: null, search: '', state: null, min: null, max: null } as const

export function clearFilters(): void {
  filter(NO_FILTERS)
}

interface BoundProperties {
  name: 'min' | 'max'
  value: number | null
  label: string
}

function Bound({ name, value, label }: BoundProperties) {
  const onChange = (event: Event): void => {
    const { value: text, validity } = event.target as HTMLInputElement
    if (!validity.valid) return
    const number = text === '' ? null : Number(text)
    const { min, max } = view.value
    // The side that was set last counts; the other one gives way.
    if (name === 'min') filter({ min: number, max: crosses(number, max) ? null : max })
    else filter({ max: number, min: crosses(min, number) ? null : min })
  }
  return (
    <input
      type="number"
      min="0"
      max="1"
      step="any"
      inputMode="decimal"
      placeholder={name === 'min' ? '0' : '1'}
      aria-label={`Score ${label}`}
      value={value === null ? '' : bound(value)}
      onChange={onChange}
    />
  )
}

const crosses = (min: number | null, max: number | null): boolean =>
  min !== null && max !== null && min > max
