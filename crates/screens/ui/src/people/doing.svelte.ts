// One call at a time from a part of the page, and what went wrong with it, in words.

import { call, Problem, type Call } from '../host/api'
import { why } from '../who/words'

export class Doing {
  busy = $state(false)
  wrong = $state('')

  /** Does it; answers whether it was done. */
  async run<Answer>(what: Call, done: (answer: Answer) => void | Promise<void>): Promise<boolean> {
    if (this.busy) return false
    this.busy = true
    this.wrong = ''
    try {
      await done(await call<Answer>(what))
      return true
    } catch (error) {
      this.wrong = said(error)
      return false
    } finally {
      this.busy = false
    }
  }
}

/** What went wrong, for whoever waits for it. */
function said(error: unknown): string {
  if (!(error instanceof Problem)) return why('no_answer')
  return why(error.code) || `${error.code} ${error.detail}`
}
