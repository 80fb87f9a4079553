import { useEffect, useState } from 'preact/hooks'

/** False at first, true when the browser has drawn what comes before: parts of the page take turns,
 * so that none of them keeps the reader's first click waiting. */
export function useTurn(turn: number): boolean {
  const [isOn, setOn] = useState(false)
  useEffect(() => {
    let left = turn
    let frame = 0
    let timer = 0
    const next = (): void => {
      if (left-- <= 0) setOn(true)
      else frame = requestAnimationFrame(() => (timer = window.setTimeout(next)))
    }
    next()
    return () => {
      cancelAnimationFrame(frame)
      window.clearTimeout(timer)
    }
  }, [turn])
  return isOn
}
