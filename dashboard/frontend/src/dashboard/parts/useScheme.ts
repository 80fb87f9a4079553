import { useEffect, useState } from 'preact/hooks'

const dark = window.matchMedia('(prefers-color-scheme: dark)')

/** Light or dark, as the reader's system wants it: canvases have to be drawn again. */
export function useScheme(): 'light' | 'dark' {
  const [isDark, setDark] = useState(dark.matches)
  useEffect(() => {
    const follow = (): void => setDark(dark.matches)
    dark.addEventListener('change', follow)
    return () => dark.removeEventListener('change', follow)
  }, [])
  return isDark ? 'dark' : 'light'
}
