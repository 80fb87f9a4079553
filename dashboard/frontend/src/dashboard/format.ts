import type { Resolution } from './generated/queries'
import { HOUR } from './ranges'

const LOCALE = 'en-GB'
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 })
const tenths = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 })
const oneDigit = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const signedPercent = new Intl.NumberFormat(LOCALE, {
  style: 'percent',
  signDisplay: 'exceptZero',
  maximumFractionDigits: 0,
})
const MINUS = '−'

export const NONE = '–'

const orNone = (format: Intl.NumberFormat, value: number | null | undefined): string =>
  value === null || value === undefined ? NONE : format.format(value)

/** A score or a share: two digits are more than it is sure of. */
export const score = (value: number | null | undefined): string => value?.toFixed(2) ?? NONE

/** A bound of scores as it is read: the number next to 0.4 is 0.4 to the eye. */
export const bound = (value: number): number => Number(value.toFixed(9))

export const interval = (low: number, high: number): string => `${score(low)}–${score(high)}`

/** With its sign; what rounds to nothing is ±0.00. */
export function difference(value: number): string {
  const digits = Math.abs(value).toFixed(2)
  if (digits === '0.00') return '±0.00'
  return (value < 0 ? MINUS : '+') + digits
}

export const count = (value: number | null | undefined): string => orNone(whole, value)

export const amount = (value: number): string => tenths.format(value)

/** An effective number of reports: no whole number, even where it looks like one. */
export const effective = (value: number | null | undefined): string => orNone(oneDigit, value)

/** How much more or less, such as +12 %; nothing to compare with: null. */
export function growth(value: number, before: number): string | null {
  if (before === 0) return null
  return signedPercent.format(value / before - 1).replace('-', MINUS).replace('%', ' %')
}

const time = (options: Intl.DateTimeFormatOptions): ((at: number | Date) => string) => {
  const format = new Intl.DateTimeFormat(LOCALE, options)
  return (at) => format.format(at)
}

const minutes = { hour: '2-digit', minute: '2-digit', hour12: false } as const
const dayAndTime = time({ weekday: 'short', day: 'numeric', month: 'short', ...minutes })
const dayAndTimeOfYear = time({ day: 'numeric', month: 'short', year: 'numeric', ...minutes })
const utcDayAndTime = time({ day: 'numeric', month: 'short', year: 'numeric', ...minutes, timeZone: 'UTC' })

/** The year only where it is another one. */
function dayAndClock(date: Date): string {
  const sameYear = date.getFullYear() === new Date().getFullYear()
  return (sameYear ? dayAndTime : dayAndTimeOfYear)(date)
}

/** In the reader's zone. */
export function moment(at: string | number): string {
  const date = new Date(at)
  return dayAndClock(date) + changingZone(date.getTime())
}

/** Where clocks are changed an hour comes twice or never: there the zone tells which one it is. */
function changingZone(at: number): string {
  const [before, after] = [at - HOUR, at + HOUR].map((near) => new Date(near).getTimezoneOffset())
  return before === after ? '' : ` ${zoneAt(at)}`
}

export const utc = (at: string | number): string => `${utcDayAndTime(new Date(at))} UTC`

export const clock = time(minutes)

/** The clock alone on the day it is, else the day, too. */
export function recently(at: string | number, now: number): string {
  const date = new Date(at)
  return date.toDateString() === new Date(now).toDateString() ? clock(date) : dayAndClock(date)
}

export const day = time({ day: 'numeric', month: 'short' })
export const month = time({ month: 'short', year: 'numeric' })
const utcDay = time({ weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' })

/** What a bucket covers. Days and weeks are those of UTC. */
export function bucket(start: number, resolution: Resolution): string {
  if (resolution === 'HOUR') return `${moment(start)}–${clock(start + HOUR)}${changingZone(start + HOUR)}`
  return resolution === 'DAY' ? `${utcDay(start)} (UTC)` : `Week from ${utcDay(start)} (UTC)`
}

const STEPS: [seconds: number, name: string][] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
]

/** Such as “90 minutes” or “3 hours”: a unit is used from two of it on. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds / 1000)
  for (const [length, name] of STEPS) {
    if (seconds >= length * (name === 'minute' ? 1 : 2)) {
      const number = Math.floor(seconds / length)
      return `${number} ${name}${number === 1 ? '' : 's'}`
    }
  }
  return 'less than a minute'
}

export const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** The short name of the reader's zone at a time: UTC, CET, GMT+5:30. */
export function zoneAt(at: string | number): string {
  const parts = new Intl.DateTimeFormat(LOCALE, { timeZoneName: 'short' }).formatToParts(new Date(at))
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC'
}
