import uPlot from 'uplot'

import { type Columns, isCut } from '../columns'
import { clock, count, day, month } from '../format'
import type { Levels } from '../levels'
import { BUCKETS, type Period } from '../ranges'

interface Wishes {
  columns: Columns
  period: Period
  levels: Levels
  normal: string | undefined
  width: number
  height: number
  /** Where the colours are taken from. */
  box: HTMLElement
  point: (index: number | null) => void
  zoom: (from: number, to: number) => void
}

/** The part of the height that belongs to the bars. */
const BARS = 0.28
const GAP = 0.05
const LEAST_SPAN = 0.2
/** Which column has the score: the cursor marks no other. */
const SCORE_SERIES = 3
/** How high a number is, in pixels. */
const LETTERS = 12
const DAY_SECONDS = 86_400
const FONT = '11px system-ui, sans-serif'

/** One plot: the score in its upper part, FP upwards and FN downwards from a line in its lower. */
export function options(wishes: Wishes): uPlot.Options {
  const { columns, width, height, box } = wishes
  const style = getComputedStyle(box)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  const scores = scoreRange(columns)
  const bars = {
    up: Math.max(1, ...columns.fp.map((value) => value ?? 0)),
    down: Math.max(1, ...columns.fn.map((value) => value ?? 0)),
  }
  const axis = { stroke: colour('ink-3'), font: FONT, ticks: { show: false } }
  const few = columns.times.length < 90
  const step = BUCKETS[columns.resolution] / 1000
  return {
    width,
    height,
    padding: [8, 4, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { size: (_, series) => (series === SCORE_SERIES ? 9 : 0), fill: colour('line-score'), width: 0 },
      drag: { x: true, y: false, setScale: false, dist: 6 },
    },
    scales: {
      x: { time: true, range: () => timeRange(columns.times, step) },
      score: { range: () => withRoomBelow(scores) },
      bars: { range: () => withRoomAbove(bars) },
    },
    axes: [
      { ...axis, grid: { stroke: colour('grid'), width: 1 }, size: 28, space: 64, values: timeLabels },
      {
        ...axis,
        scale: 'score',
        size: 40,
        grid: { stroke: colour('grid'), width: 1 },
        splits: () => steps(scores),
        values: (_, values) => values.map((value) => value.toFixed(2)),
      },
      {
        ...axis,
        scale: 'bars',
        side: 1,
        size: 40,
        grid: { show: false },
        splits: () => readable(bars, height),
        values: (_, values) => values.map((value) => count(Math.abs(value))),
      },
    ],
    series: [
      {},
      { scale: 'score', points: { show: false } },
      { scale: 'score', points: { show: false } },
      {
        scale: 'score',
        stroke: colour('line-score'),
        width: 2,
        points: { show: few, size: 5, fill: colour('line-score') },
      },
      bar(colour('fp'), wishes),
      bar(colour('fn'), wishes),
    ],
    bands: [{ series: [2, 1], fill: colour('band') }],
    hooks: {
      drawAxes: [(plot) => drawLines(plot, wishes, scores, colour)],
      setCursor: [(plot) => wishes.point(plot.cursor.idx ?? null)],
      setSelect: [(plot) => finishZoom(plot, wishes)],
    },
  }
}

/** Bars that the range cuts are pale: their reports are not all there are. */
function bar(fill: string, { columns, period }: Wishes): uPlot.Series {
  const pale = `color-mix(in srgb, ${fill} 40%, transparent)`
  const fills = columns.times.map((_, i) => (isCut(columns, i, period) ? pale : fill))
  const paths = uPlot.paths.bars?.({ size: [0.82, 28], align: 1, disp: { fill: { unit: 3, values: () => fills } } })
  return { scale: 'bars', width: 0, fill, points: { show: false }, ...(paths && { paths }) }
}

function finishZoom(plot: uPlot, { zoom }: Wishes): void {
  const { left, width } = plot.select
  if (width < 1) return
  const from = plot.posToVal(left, 'x') * 1000
  const to = plot.posToVal(left + width, 'x') * 1000
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
  zoom(from, to)
}

interface Span {
  min: number
  max: number
}

/** All of the interval, and never so little that noise looks like news. */
function scoreRange({ low, high, score }: Columns): Span {
  const known = [...low, ...high, ...score].filter((value) => value !== null)
  if (known.length === 0) return { min: 0, max: 1 }
  const middle = (Math.min(...known) + Math.max(...known)) / 2
  const span = Math.max(Math.max(...known) - Math.min(...known) + 0.04, LEAST_SPAN)
  const min = Math.max(0, Math.min(middle - span / 2, 1 - span))
  return { min, max: Math.min(1, min + span) }
}

/** In seconds, with room for the last bar. A single value would else be drawn over years. */
function timeRange(times: number[], step: number): [number, number] {
  const from = (times[0] ?? 0) / 1000
  const to = (times.at(-1) ?? 0) / 1000
  return from === to ? [from - step, to + 2 * step] : [from, to + step]
}

function withRoomBelow({ min, max }: Span): [number, number] {
  return [max - (max - min) / (1 - BARS - GAP), max]
}

function withRoomAbove({ up, down }: { up: number; down: number }): [number, number] {
  return [-down, -down + (up + down) / BARS]
}

/** The ends of the bars, as far as their numbers do not lie on the one of the middle. */
function readable({ up, down }: { up: number; down: number }, height: number): number[] {
  const fits = (bar: number): boolean => (bar / (up + down)) * BARS * height > LETTERS
  return [...(fits(down) ? [-down] : []), 0, ...(fits(up) ? [up] : [])]
}

function steps({ min, max }: Span): number[] {
  const size = [0.02, 0.05, 0.1, 0.2].find((wide) => (max - min) / wide <= 5.5) ?? 0.25
  const first = Math.ceil(min / size - 1e-9)
  const last = Math.floor(max / size + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * size)
}

function timeLabels(_: uPlot, splits: number[], __: number, ___: number, increment: number): string[] {
  return splits.map((seconds) => {
    const date = new Date(seconds * 1000)
    if (increment >= 28 * DAY_SECONDS) return month(date)
    const isMidnight = date.getHours() === 0 && date.getMinutes() === 0
    return increment >= DAY_SECONDS || isMidnight ? day(date) : clock(date)
  })
}

interface Line {
  value: number
  text: string
  /** Where the text stands. */
  side: 'above' | 'below'
  stroke: string
}

/** Where the text of a line stands from it, in pixels: under it, if there is no room above. */
export function baseline(side: Line['side'], room: number): number {
  return side === 'above' && room >= LETTERS + 4 ? -4 : LETTERS
}

/** The levels of the scoring profile and the normal of the industry, where they can be seen. */
function drawLines(
  plot: uPlot,
  { levels, normal }: Wishes,
  { min, max }: Span,
  colour: (name: string) => string,
): void {
  const lines: Line[] = [
    { value: levels.attentionBelow, text: 'needs attention below', side: 'below', stroke: colour('attention') },
    { value: levels.healthyAbove, text: 'healthy above', side: 'above', stroke: colour('healthy') },
  ]
  if (normal !== undefined) lines.push({ value: 0.5, text: normal, side: 'above', stroke: colour('ink-3') })
  const { ctx, bbox } = plot
  const ratio = window.devicePixelRatio
  ctx.save()
  ctx.font = `${11 * ratio}px system-ui, sans-serif`
  ctx.textAlign = 'left'
  ctx.textBaseline = 'alphabetic'
  ctx.lineWidth = ratio
  ctx.setLineDash([4 * ratio, 4 * ratio])
  for (const { value, text, side, stroke } of lines) {
    if (value < min || value > max) continue
    const y = Math.round(plot.valToPos(value, 'score', true))
    ctx.strokeStyle = ctx.fillStyle = stroke
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
    const base = baseline(side, (y - bbox.top) / ratio)
    ctx.fillText(text, bbox.left + 6 * ratio, y + base * ratio)
  }
  ctx.restore()
}
