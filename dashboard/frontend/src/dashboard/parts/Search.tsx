import { useEffect, useRef, useState } from 'preact/hooks'

import { filter, view } from '../place'
import { Icon } from './Icon'

const TYPING_MILLISECONDS = 250

/** Finds while one types; one step back shows what was there before. */
export function Search() {
  const { search } = view.value
  const [typed, setTyped] = useState(search)
  const timer = useRef(0)
  const sent = useRef(search)
  const typing = useRef(false)
  useEffect(() => {
    // Somebody else changed it: the browser's back, or a button that clears.
    if (search === sent.current) return
    sent.current = search
    typing.current = false
    setTyped(search)
  }, [search])
  const onInput = (event: Event): void => {
    const { value } = event.target as HTMLInputElement
    setTyped(value)
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => {
      sent.current = value
      // The first letters are a place to come back from; the following ones are not.
      filter({ search: value }, { replace: typing.current })
      typing.current = true
    }, TYPING_MILLISECONDS)
  }
  return (
    <label class="field search">
      <Icon name="search" />
      <span class="sr">Search name, number, industry, place</span>
      <input
        type="search"
        placeholder="Name, number, industry, place"
        value={typed}
        onInput={onInput}
        onBlur={() => (typing.current = false)}
      />
    </label>
  )
}
