interface Properties {
  values: (number | null)[]
  label: string
}

const WIDTH = 100
const HEIGHT = 28
const EDGE = 3

/** A small line without scales; gaps where nothing is known. */
export function Sparkline({ values, label }: Properties) {
  const known = values.filter((value) => value !== null)
  if (known.length < 2) return <span class="sparkline none" role="img" aria-label={label} />
  const low = Math.min(...known)
  const span = Math.max(Math.max(...known) - low, 0.1)
  const x = (i: number): number => EDGE + (i / (values.length - 1)) * (WIDTH - 2 * EDGE)
  const y = (value: number): number => HEIGHT - EDGE - ((value - low) / span) * (HEIGHT - 2 * EDGE)
  let path = ''
  values.forEach((value, i) => {
    if (value === null) return
    const joined = i > 0 && values[i - 1] !== null
    path += `${joined ? 'L' : 'M'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`
  })
  const last = values.at(-1)
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <path d={path} />
      {last !== null && last !== undefined && <circle cx={x(values.length - 1)} cy={y(last)} r="2.4" />}
    </svg>
  )
}
