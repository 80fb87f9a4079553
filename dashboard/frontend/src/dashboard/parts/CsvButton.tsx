import { useState } from 'preact/hooks'

import { NoAnswer } from '../api/ask'
import { Icon } from './Icon'

interface Properties {
  /** What is saved, for those who do not see the button's place. */
  of: string
  save: () => void | Promise<void>
  disabled?: boolean
}

/** Saves what is shown as a CSV file. */
export function CsvButton({ of, save, disabled = false }: Properties) {
  const [state, setState] = useState<'ready' | 'busy' | 'failed'>('ready')
  const [reason, setReason] = useState('')
  const run = async (): Promise<void> => {
    // It stays enabled meanwhile, as a disabled button would lose the reader's focus.
    if (state === 'busy') return
    setState('busy')
    try {
      await save()
      setState('ready')
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      setReason(error.message)
      setState('failed')
    }
  }
  return (
    <>
      {state === 'failed' && (
        <span class="hint" role="alert">
          No file: {reason}
        </span>
      )}
      <button
        type="button"
        class="button quiet"
        disabled={disabled}
        aria-busy={state === 'busy'}
        onClick={() => void run()}
        title={`Save ${of} as a CSV file`}
      >
        <Icon name="download" />
        {state === 'failed' ? 'Try again' : 'CSV'}
        <span class="sr"> of {of}</span>
      </button>
    </>
  )
}
