import { describe, expect, it } from 'vitest'

import { fileName, stamp, toCsv } from './csv'

describe('CSV', () => {
  it('is what RFC 4180 says', () => {
    expect(toCsv(['a', 'b'], [['x,y', 'say "no"'], ['two\nlines', null]])).toBe(
      'a,b\r\n"x,y","say ""no"""\r\n"two\nlines",\r\n',
    )
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', "'=1"])('runs no formula: %j', (text) => {
    expect(toCsv(['a'], [[text]])).toContain(`'${text}`)
  })

  it('leaves numbers as they are, also below zero', () => {
    expect(toCsv(['a', 'b', 'c'], [[-0.25, 0, true]])).toBe('a,b,c\r\n-0.25,0,true\r\n')
  })
})

describe('a file name', () => {
  it('says what is in the file, in letters that every system takes', () => {
    expect(fileName('customers', 'Oil & Gas', null, 'a/b:c', stamp('2026-01-31T14:00:00Z'))).toBe(
      'customers_Oil-Gas_a-b-c_20260131T1400Z.csv',
    )
  })
})
