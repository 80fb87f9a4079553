import { useEffect, useRef, useState } from 'preact/hooks'

import { filter, view } from '../place'
import { Icon } from './Icon'

const TYPING_MILLISECONDS = 250

/** Finds while one types; one step back shows what was there before. */
export function Search() {
  const shown = view.value
  const [typed, setTyped] = useState(shown.search)
  const timer = useRef(0)
  const own = useRef(shown)
  const typing = useRef(false)
  useEffect(() => () => window.clearTimeout(timer.current), [])
  useEffect(() => {
    if (shown === own.current) return
    // Somebody else changed it: the browser's back, or a button that clears.
    window.clearTimeout(timer.current)
    own.current = shown
    typing.current = false
    setTyped(shown.search)
  }, [shown])
  const send = (search: string): void => {
    window.clearTimeout(timer.current)
    if (view.value !== own.current || search === own.current.search) return
    // The first letters are a place to come back from; the following ones are not.
    filter({ search }, { replace: typing.current })
    own.current = view.value
    typing.current = true
  }
  const onInput = (event: Event): void => {
    const { value } = event.target as HTMLInputElement
    setTyped(value)
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => send(value), TYPING_MILLISECONDS)
  }
  // What is done next comes after what was typed.
  const onBlur = (): void => {
    send(typed)
    typing.current = false
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
        onBlur={onBlur}
      />
    </label>
  )
}
