import 'uplot/dist/uPlot.min.css'

import { useEffect, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'

import { type Columns, hoursOf, valuesAt } from '../columns'
import { bucket, count, interval, score } from '../format'
import type { Levels } from '../levels'
import { BUCKETS, type Period } from '../ranges'
import { options } from './chartOptions'
import { ChartTable } from './ChartTable'
import { Time } from './Time'
import { DARK, useMedia } from './useMedia'

interface Properties {
  columns: Columns
  period: Period
  levels: Levels
  /** What the chart shows, in words. */
  label: string
  height: number
  /** Where 0.5 is the normal of an industry. */
  normal?: string | undefined
  asTable: boolean
  zoom: (from: number, to: number) => void
}

/** A score with its interval over time, FP and FN as bars under it. Mouse, touch and keys work. */
export function Chart({ columns, period, levels, label, height, normal, asTable, zoom }: Properties) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const marked = useRef<number | null>(null)
  const [pointed, setPointed] = useState<number | null>(null)
  const isDark = useMedia(DARK)
  const last = columns.times.length - 1
  const index = Math.min(pointed ?? last, last)

  useEffect(() => {
    const box = place.current
    if (box === null || asTable) return
    const zoomTo = (from: number, to: number): void => {
      const size = BUCKETS[columns.resolution]
      zoom(from, Math.max(to, from + size))
    }
    const made = new uPlot(
      options({ columns, period, levels, normal, height, width: box.clientWidth, box, point: setPointed, zoom: zoomTo }),
      [
        columns.times.map((time) => time / 1000),
        columns.low,
        columns.high,
        columns.score,
        columns.fp,
        columns.fn.map((value) => (value === null ? null : -value)),
      ],
      box,
    )
    plot.current = made
    const watch = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height }))
    watch.observe(box)
    return () => {
      watch.disconnect()
      made.destroy()
      plot.current = null
      // A mark is a place in these columns: in others it would be another time.
      marked.current = null
    }
  }, [columns, period, levels, normal, height, isDark, asTable])

  const show = (to: number, marking: boolean): void => {
    const chart = plot.current
    if (chart === null) return
    const next = Math.max(0, Math.min(last, to))
    if (!marking) marked.current = null
    else marked.current ??= index
    setPointed(next)
    const left = (i: number): number => chart.valToPos((columns.times[i] ?? 0) / 1000, 'x')
    chart.setCursor({ left: left(next), top: 8 })
    const start = marked.current ?? next
    const ends = [left(start), left(next)].sort((a, b) => a - b) as [number, number]
    const size = chart.over.clientHeight
    chart.setSelect({ left: ends[0], width: ends[1] - ends[0], top: 0, height: size }, false)
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: last }
    const to = steps[event.key]
    if (to !== undefined) show(to, event.shiftKey)
    else if (event.key === 'Enter' && marked.current !== null) {
      const [from, until] = [marked.current, index].sort((a, b) => a - b) as [number, number]
      marked.current = null
      zoom(columns.times[from] ?? 0, (columns.times[until] ?? 0) + BUCKETS[columns.resolution])
    } else return
    event.preventDefault()
  }

  return (
    <div class="chart">
      <Readout columns={columns} index={index} />
      {asTable ? (
        <ChartTable columns={columns} label={label} height={height} />
      ) : (
        <div
          ref={place}
          class="plot"
          tabIndex={0}
          role="slider"
          aria-label={`${label}. Arrow keys read values, Shift with arrows marks a range, Enter zooms to it.`}
          aria-valuemin={0}
          aria-valuemax={last}
          aria-valuenow={index}
          aria-valuetext={words(columns, index)}
          onKeyDown={onKeyDown}
          style={{ height: `${height}px` }}
        />
      )}
    </div>
  )
}

function Readout({ columns, index }: { columns: Columns; index: number }) {
  const time = columns.times[index] ?? 0
  const { score: value, low, high, fp, fn } = valuesAt(columns, index)
  return (
    <dl class="legend">
      <div>
        <dt class="sr">Time</dt>
        <dd>
          <Time at={time} text={bucket(time, columns.resolution)} />
        </dd>
      </div>
      <div>
        <dt class="key-line">Score</dt>
        <dd>
          <b>{score(value)}</b>{' '}
          {low !== null && high !== null && <span class="interval">{interval(low, high)}</span>}
        </dd>
      </div>
      <div>
        <dt class="key-fp">FP ↑</dt>
        <dd>{count(fp)}</dd>
      </div>
      <div>
        <dt class="key-fn">FN ↓</dt>
        <dd>{count(fn)}</dd>
      </div>
      {columns.resolution !== 'HOUR' && (
        <div>
          <dt>From</dt>
          <dd>{hoursOf(columns, index)}</dd>
        </div>
      )}
    </dl>
  )
}

function words(columns: Columns, index: number): string {
  const time = columns.times[index]
  if (time === undefined) return 'nothing'
  const { score: value, low, high, fp, fn } = valuesAt(columns, index)
  const reach = low !== null && high !== null ? `, interval ${score(low)} to ${score(high)}` : ''
  const what = value === null ? 'no score' : `score ${score(value)}${reach}`
  const rests = columns.resolution === 'HOUR' ? '' : `, from ${hoursOf(columns, index)}`
  return `${bucket(time, columns.resolution)}: ${what}, ${fp ?? 'no'} FP, ${fn ?? 'no'} FN${rests}`
}
