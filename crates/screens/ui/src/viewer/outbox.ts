// What was tapped or said and has no answer yet: sent again under the same key until it has one.
//
//   put ─▶ sending ─▶ answered          busy, or a lost connection: the same key again
//              └─▶ the plain form, where no socket comes about: the same key counts there too
//
// Promises: one put is at most one order, whichever way it went; what waits outlives a reload.

import { keep, kept } from './keep'
import type { Outcome, Refusal, Said } from './wire'
import { ownPage } from './own'
import { post } from './post'

export type Answer =
  | { kind: 'sending' }
  | { kind: 'busy' }
  | { kind: 'outcome'; outcome: Outcome }
  | { kind: 'refused'; code: string }
  | { kind: 'posted'; page: string }
  | { kind: 'words'; text: string }

export interface OutboxOptions {
  session: string
  /** Sends it; false if there is no socket to send it on. */
  send: (said: Said) => boolean
  /** Who says it, for the plain form. */
  who: () => { token: string; name: string }
  told: (said: Said, answer: Answer) => void
}

interface Pending {
  said: Said
  /** When it was put. */
  at: number
  /** Not to be sent before; `SENT` while its answer is awaited. */
  from: number
  /** When the plain form was last tried. */
  posted: number
}

/** How long a socket may take before the plain form is tried. */
const SOCKET_MS = 8_000
/** What is busy is sent again after this, and up to as much more, where the server says nothing. */
const BUSY_MS = 1_000
const SENT = Infinity
/** What waited longer in a closed page is not sent unasked. */
const KEPT_MS = 10 * 60_000
/** Answers to a code that say: the same again in a moment. */
const AGAIN = ['busy', 'rate_limited', 'stopping', 'disk_low']

export class Outbox {
  private readonly pending = new Map<string, Pending>()

  constructor(private readonly options: OutboxOptions) {}

  /** Takes up what a reload interrupted. */
  restore(): void {
    const list = kept('sessionStorage', this.name())
    if (!Array.isArray(list)) return
    for (const { said, at } of list as { said: Said; at: number }[]) {
      if (Date.now() - at < KEPT_MS) this.add(said, at)
    }
  }

  put(said: Said): void {
    this.send(this.add(said, Date.now()))
    this.save()
  }

  /** Sends everything that waits, on a new connection. */
  flush(): void {
    for (const one of this.pending.values()) this.send(one)
  }

  /** Once a second: what was busy is tried again, and the form where there is no socket. */
  tick(isThere: boolean): void {
    const now = Date.now()
    for (const one of this.pending.values()) {
      if (isThere && one.from <= now) this.send(one)
      const tried = Math.max(one.at, one.posted)
      if (!isThere && now - tried > SOCKET_MS && one.said.type !== 'extend') {
        one.posted = now
        void this.post(one)
      }
    }
  }

  /** True if it was the answer to something of this page. */
  outcome(outcome: Outcome): boolean {
    return this.answered(outcome.key ?? '', { kind: 'outcome', outcome })
  }

  error({ code, key, retry_after_ms }: Refusal): void {
    const one = this.pending.get(key ?? '')
    if (one === undefined) return
    if (AGAIN.includes(code)) this.busy(one, retry_after_ms)
    else this.answered(one.said.key, { kind: 'refused', code })
  }

  /** Nothing of it can be sent. */
  refuseAll(code: string): void {
    for (const key of [...this.pending.keys()]) this.answered(key, { kind: 'refused', code })
  }

  private name(): string {
    return `chot:pending:${this.options.session}`
  }

  private add(said: Said, at: number): Pending {
    const one = { said, at, from: 0, posted: 0 }
    this.pending.set(said.key, one)
    this.options.told(said, { kind: 'sending' })
    return one
  }

  private send(one: Pending): void {
    one.from = this.options.send(one.said) ? SENT : 0
  }

  private save(): void {
    keep('sessionStorage', this.name(), [...this.pending.values()])
  }

  private busy(one: Pending, after = BUSY_MS * (1 + Math.random())): void {
    one.from = Date.now() + after
    this.options.told(one.said, { kind: 'busy' })
  }

  private answered(key: string, answer: Answer): boolean {
    const one = this.pending.get(key)
    if (one === undefined) return false
    this.pending.delete(key)
    this.save()
    this.options.told(one.said, answer)
    return true
  }

  /** The same as the page's form would do. */
  private async post(one: Pending): Promise<void> {
    const { said } = one
    const { token, name } = this.options.who()
    const form = new URLSearchParams({ key: said.key, buyer_token: token, name })
    if (said.type === 'comment') form.set('text', said.text)
    if (said.type === 'claim') {
      const line = said.lines[0]
      form.set('code', line?.code ?? '')
      form.set('quantity', String(line?.quantity ?? ''))
      line?.variant?.forEach((value, axis) => {
        if (value) form.set(`variant${axis > 0 ? axis + 1 : ''}`, value)
      })
    }
    try {
      const response = await post(`/v/${this.options.session}/orders`, form)
      this.took(one, response, await response.text())
    } catch {
      // No network: it goes on waiting.
    }
  }

  private took(one: Pending, response: Response, html: string): void {
    const { pathname } = new URL(response.url)
    const { key } = one.said
    if (pathname.startsWith('/o/')) this.answered(key, { kind: 'posted', page: pathname })
    else if (response.status === 429) this.options.told(one.said, { kind: 'busy' })
    else if (response.ok || response.status === 422) {
      const page = ownPage(html)
      const text = page.querySelector('.complaint[role=alert]')?.textContent ?? ''
      this.answered(key, { kind: 'words', text })
    } else if (response.status < 500) {
      this.answered(key, { kind: 'refused', code: String(response.status) })
    }
  }
}
