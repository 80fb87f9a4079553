import { describe, expect, it } from 'vitest'

import { baseline } from './chartOptions'

describe('the words of a line', () => {
  it('stand under it where they would be cut off above', () => {
    expect(baseline('above', 30)).toBeLessThan(0)
    expect(baseline('above', 3)).toBeGreaterThan(0)
    expect(baseline('below', 30)).toBeGreaterThan(0)
  })
})
