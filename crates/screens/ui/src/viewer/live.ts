// One buyer's connection to one session: a ticket, a socket, and what waits for an answer.

import { Ended, Link, type NotNow } from '../link/link'
import { keepReceipt, keepWho, whoIs } from './keep'
import { Outbox, type Answer } from './outbox'
import { post } from './post'
import type { Frame, Position, Said } from './wire'
import { word } from './words'

export interface LiveOptions {
  shop: string
  session: string
  /** Who the server wrote the page for. */
  token: string
  name: string
  frame: (frame: Frame) => void
  told: (said: Said, answer: Answer) => void
  /** Something about the connection has changed. */
  changed: () => void
}

/** A ticket, or why there is none. */
interface TicketAnswer {
  ticket?: string
  buyer_token?: string
  code?: string
  retry_after_ms?: number
}

export class Live {
  readonly link: Link
  readonly outbox: Outbox
  token: string
  name: string

  /** Welcomed on the present socket, under the present name. */
  private isIn = false
  private position: Position | undefined

  constructor(private readonly options: LiveOptions) {
    const known = whoIs(options.shop)
    this.token = known.token ?? options.token
    this.name = options.name || (known.name ?? '')
    this.outbox = new Outbox({
      session: options.session,
      send: (said) => this.isIn && this.link.send(said),
      who: () => ({ token: this.token, name: this.name || word('guest') }),
      told: options.told,
    })
    this.link = new Link({
      path: `/v1/sessions/${options.session}/live`,
      protocol: 'v1.json.chot',
      hello: () => this.hello(),
      frame: (frame) => this.take(frame as Frame),
      changed: () => options.changed(),
    })
    window.setInterval(() => this.outbox.tick(this.isThere), 1_000)
  }

  /** A connection on which something can be said and heard. */
  get isThere(): boolean {
    return this.isIn && (this.link.state === 'live' || this.link.state === 'slow')
  }

  /** The server's time. */
  now(): number {
    return this.link.now()
  }

  /** What the buyer calls themselves from now on: a ticket says it, so another is asked for. */
  call(name: string): void {
    const trimmed = name.trim()
    if (trimmed === '' || trimmed === this.name) return
    this.name = trimmed
    this.isIn = false
    keepWho(this.options.shop, { token: this.token, name: this.name })
    this.link.again()
  }

  /** With a ticket, which is good once. */
  private async hello(): Promise<object> {
    this.isIn = false
    const ask = { name: this.name || word('guest'), buyer_token: this.token || undefined }
    const path = `/v1/sessions/${this.options.session}/tickets`
    const response = await post(path, JSON.stringify(ask))
    const answer = (await response.json()) as TicketAnswer
    if (!response.ok) throw this.refused(response.status, answer)
    this.token = answer.buyer_token ?? this.token
    keepWho(this.options.shop, { token: this.token, name: this.name })
    if (this.link.historyLost) {
      this.link.historyLost = false
      this.position = undefined
    }
    return { type: 'hello', ticket: answer.ticket, resume: this.position }
  }

  /** What is wrong with who we say we are is mended before the next try. */
  private refused(status: number, answer: TicketAnswer): Ended | NotNow {
    const { code } = answer
    if (status === 404 || status === 410) return new Ended()
    if (code === 'bad_buyer_token') {
      // Of another history of this server: the page's own, then somebody new.
      this.token = this.token === this.options.token ? '' : this.options.token
      keepWho(this.options.shop, { token: this.token, name: this.name })
    } else if (status === 422 || code === 'missing_field') {
      this.name = ''
      this.outbox.refuseAll('bad_name')
    }
    return answer
  }

  private take(frame: Frame): void {
    switch (frame.type) {
      case 'welcome':
        this.isIn = true
        this.position = frame.position
        this.options.frame(frame)
        this.outbox.flush()
        return
      case 'outcome': {
        const { order, position, receipt } = frame
        this.position = position ?? this.position
        if (order !== undefined && position !== undefined && receipt !== undefined) {
          keepReceipt(`${order}:${position.epoch}.${position.seq}`, receipt)
        }
        if (!this.outbox.outcome(frame)) this.options.frame(frame)
        return
      }
      case 'error':
        this.outbox.error(frame)
        return
      case 'stock':
      case 'order':
        this.position = frame.position
        this.options.frame(frame)
    }
  }
}
