import { signal } from '@preact/signals'

import { FIRST_PAGE, type View, read, write } from './address'

const first = read(window.location.search)

/** What the page shows. It changes by `go` and by the browser's back and forward. */
export const view = signal<View>(first.view)
/** The name of the customer whose panel is open, once it is known. */
export const openName = signal<string | null>(null)
/** What the address says wrongly. */
export const problems = signal<string[]>(first.problems)

window.addEventListener('popstate', () => {
  const found = read(window.location.search)
  view.value = found.view
  problems.value = found.problems
})

interface Going {
  /** Without a new entry in the browser's history: while somebody types. */
  replace?: boolean
}

/** Show something else, and let the address say so. */
export function go(change: Partial<View>, { replace = false }: Going = {}): void {
  const next = { ...view.value, ...change }
  view.value = next
  problems.value = []
  const address = window.location.pathname + write(next)
  if (replace) window.history.replaceState(null, '', address)
  else window.history.pushState(null, '', address)
}

/** The address of a changed view: for links, which can be opened in another tab. */
export function address(change: Partial<View>): string {
  return write({ ...view.value, ...change }) || window.location.pathname
}

/** What a link to `address(change)` does when it is clicked plainly. */
export function follow(change: Partial<View>): (event: MouseEvent) => void {
  return (event) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    go(change)
  }
}

/** Other filters have other pages. */
export function filter(change: Partial<View>, going: Going = {}): void {
  go({ ...change, ...FIRST_PAGE }, going)
}
