const CIRCLE = 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8z'
const TRIANGLE = 'M8 1.8 15 14H1z'

/** An outline, which can be filled, and a mark in it. */
const SHAPES = {
  attention: [TRIANGLE, 'M8 6.2v3.6M8 11.8v.1'],
  fair: [CIRCLE, 'M5 8h6'],
  healthy: [CIRCLE, 'M5 8.2l2.1 2.1 4-4.4'],
  insufficient: [CIRCLE, 'M6.3 6.4c.2-2.1 3.6-2 3.5.1C9.7 7.7 8 7.7 8 9.2M8 11.4v.1'],
  stale: [CIRCLE, 'M8 4.4V8l2.6 1.6'],
  none: [CIRCLE, 'M3.6 12.4l8.8-8.8'],
  up: ['', 'M8 13V3.4M4 7.2 8 3.2l4 4'],
  down: ['', 'M8 3v9.6M4 8.8l4 4 4-4'],
  same: ['', 'M3 8h10'],
  close: ['', 'M3.5 3.5l9 9M12.5 3.5l-9 9'],
  download: ['', 'M8 2v8M4.5 6.8 8 10.2l3.5-3.4M2.5 13.5h11'],
  warning: [TRIANGLE, 'M8 6.2v3.6M8 11.8v.1'],
  table: ['M2 3h12v10H2z', 'M2 6.4h12M2 9.8h12M6.5 3v10'],
  search: ['M7 2.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 1 1 0-9.6z', 'M10.6 10.6 14 14'],
} as const

export type IconName = keyof typeof SHAPES

/** A small picture beside a word, never instead of one. */
export function Icon({ name, solid = false }: { name: IconName; solid?: boolean }) {
  const [outline, mark] = SHAPES[name]
  return (
    <svg class={solid ? 'icon solid' : 'icon'} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={outline} class="outline" />
      <path d={mark} class="mark" />
    </svg>
  )
}
