import type { ComponentChildren } from 'preact'

import type { NoAnswer } from '../api/ask'
import { Icon, type IconName } from './Icon'

interface Properties {
  icon: IconName
  title: string
  children?: ComponentChildren
  alert?: boolean
}

/** Something to say instead of data: what it is, and what can be done. */
export function Message({ icon, title, children, alert = false }: Properties) {
  return (
    <div class="message" role={alert ? 'alert' : 'status'}>
      <Icon name={icon} />
      <p class="message-title">{title}</p>
      {children}
    </div>
  )
}

export const FAILURES: Record<NoAnswer['trouble'], string> = {
  offline: 'The server cannot be reached',
  throttled: 'Too many requests',
  refused: 'This cannot be shown',
  broken: 'The server failed to answer',
}

/** Why there is no answer, and the way to ask again. */
export function Failure({ error, again }: { error: NoAnswer; again: () => void }) {
  return (
    <Message icon="warning" title={FAILURES[error.trouble]} alert>
      <p>
        {error.message}
        {error.reference && ` For the operators: error ${error.reference}.`}
      </p>
      <button type="button" class="button" onClick={again}>
        Try again
      </button>
    </Message>
  )
}

/** The place of something that is on its way; with a label it is said. */
export function Skeleton({ rows, label }: { rows: number; label?: string }) {
  const said = label === undefined ? {} : ({ role: 'status', 'aria-label': `${label} is loading` } as const)
  return (
    <div class="skeleton" {...said}>
      {Array.from({ length: rows }, (_, i) => (
        <span key={i} />
      ))}
    </div>
  )
}
