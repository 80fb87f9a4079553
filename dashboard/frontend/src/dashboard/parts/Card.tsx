import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface Properties {
  title: ComponentChildren
  aside?: ComponentChildren
  class?: string
  busy?: boolean
  children: ComponentChildren
}

/** A part of the page under a heading. */
export function Card({ title, aside, class: name = '', busy = false, children }: Properties) {
  const id = useId()
  return (
    <section class={`card ${name}`} aria-labelledby={id} aria-busy={busy}>
      <header class="card-head">
        <h2 id={id}>{title}</h2>
        {aside && <div class="card-aside">{aside}</div>}
      </header>
      {children}
    </section>
  )
}
