// What somebody is told of what they tapped or said.

import { clock, dateAndTime } from '../format'
import { fill, lang } from '../words'
import type { Outcome } from './wire'
import { why, word } from './words'

export interface Told {
  text: string
  /** It was refused, or it failed. */
  bad: boolean
  /** Where more is to be seen. */
  page?: string
}

const DAY_MS = 20 * 3_600_000

/** `20:05`; with its date where that is not today. */
export function moment(at: number, now: number): string {
  return Math.abs(at - now) < DAY_MS ? clock(at) : dateAndTime(at, lang())
}

export function refusal(code: string): Told {
  return { text: why(code) || fill(word('failed'), { code }), bad: true }
}

/** What came of a claim or of words. */
export function told(outcome: Outcome, isCod: boolean, now: number): Told {
  const good = (text: string): Told => ({ text, bad: false })
  const { reason } = outcome
  const n = outcome.lines.find((line) => line.waitlisted > 0)?.position_in_line ?? ''
  const until = outcome.hold_until === undefined ? '' : moment(Date.parse(outcome.hold_until), now)
  const pay = isCod ? word('cod') : until === '' ? '' : fill(word('payBefore'), { t: until })
  switch (outcome.result) {
    case 'held':
      return good(`${word('held')} ${pay}`.trim())
    case 'partial':
      return good(`${word('held')} ${fill(word('partial'), { n })} ${pay}`.trim())
    case 'waitlisted':
      return good(fill(word('waitlisted'), { n }))
    case 'cancelled':
      return good(word(reason === 'undo_open' ? 'cancelling' : 'cancelled'))
    case 'review':
      return good(`${why(reason)} ${word('review')}`.trim())
    case 'noted':
      return good(reason === 'linked' ? word('linked') : why(reason) || word('noted'))
    default:
      return { text: why(reason) || word('refused'), bad: true }
  }
}

/** What came of asking for more time. */
export function toldExtended(outcome: Outcome, now: number): Told {
  if (outcome.result === 'refused' || outcome.hold_until === undefined) {
    return { text: why(outcome.reason) || word('refused'), bad: true }
  }
  const t = moment(Date.parse(outcome.hold_until), now)
  return { text: fill(word('extended'), { t }), bad: false }
}
