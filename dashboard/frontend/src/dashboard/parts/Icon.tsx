const SHAPES = {
  attention: 'M8 2.2 14.8 14H1.2zM8 6.3v3.6M8 11.9v.2',
  fair: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8zM5 8h6',
  healthy: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8zM5 8.2l2.1 2.1 4-4.4',
  insufficient: 'M6 5.6c.2-2.6 4.6-2.4 4.4.2C10.3 7.6 8 7.7 8 9.6M8 12v.2',
  stale: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8zM8 4.4V8l2.6 1.6',
  none: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8zM3.6 12.4l8.8-8.8',
  up: 'M8 13V3.4M4 7.2 8 3.2l4 4',
  down: 'M8 3v9.6M4 8.8l4 4 4-4',
  same: 'M3 8h10',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  download: 'M8 2v8M4.5 6.8 8 10.2l3.5-3.4M2.5 13.5h11',
  warning: 'M8 2.2 14.8 14H1.2zM8 6.3v3.6M8 11.9v.2',
  table: 'M2 3h12v10H2zM2 6.4h12M2 9.8h12M6.5 3v10',
  search: 'M7 2.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 1 1 0-9.6zM10.6 10.6 14 14',
} as const

export type IconName = keyof typeof SHAPES

/** A small picture beside a word, never instead of one. */
export function Icon({ name, solid = false }: { name: IconName; solid?: boolean }) {
  return (
    <svg class={solid ? 'icon solid' : 'icon'} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={SHAPES[name]} />
    </svg>
  )
}
