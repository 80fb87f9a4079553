import { useEffect, useState } from 'preact/hooks'

/** Does a media query hold? Follows the reader's window and system. */
export function useMedia(query: string): boolean {
  const [holds, setHolds] = useState(() => window.matchMedia(query).matches)
  useEffect(() => {
    const media = window.matchMedia(query)
    const follow = (): void => setHolds(media.matches)
    follow()
    media.addEventListener('change', follow)
    return () => media.removeEventListener('change', follow)
  }, [query])
  return holds
}

export const PHONE = '(max-width: 700px)'
/** Canvases have to be drawn again when this changes. */
export const DARK = '(prefers-color-scheme: dark)'
