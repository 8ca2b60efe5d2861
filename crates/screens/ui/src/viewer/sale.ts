// The page of a sale: the server's forms, kept live, their orders sent over a socket.
//
//   page ─▶ Live: ticket, socket, Outbox ─▶ Offers, Orders, SaidList, Account
//
// Never: says that something is ordered before the server has said so.

import { fill } from '../words'
import { Account } from './account'
import { Bar } from './bar'
import { newKey } from './key'
import { Live } from './live'
import { part, rekey, say, show } from './make'
import { Offers, type Tap } from './offers'
import { Orders } from './orders'
import type { Answer } from './outbox'
import { SaidList } from './said'
import { moment, refusal, told, toldExtended, type Told } from './told'
import type { Frame, Said } from './wire'
import { word } from './words'

const CHIPS: Record<string, string> = { live: 'ok', paused: 'warn' }

export class Sale {
  private state: string
  private readonly live: Live
  private readonly bar: Bar
  private readonly offers: Offers
  private readonly orders: Orders
  private readonly said: SaidList
  private readonly account: Account
  private readonly isCod: boolean

  constructor(private readonly main: HTMLElement) {
    const { shop = '', session = '', state = '', settle } = main.dataset
    this.state = state
    this.isCod = settle === 'cod'
    this.bar = new Bar(main.querySelector('[role=status]') ?? main)
    this.offers = new Offers(this.need('offers'), {
      path: `/v/${session}`,
      tap: (tap) => this.tap(tap),
      spread: () => Math.max(1_000, this.live.link.pingEvery),
      added: (cards) => cards.forEach((card) => this.names(card)),
    })
    const list = main.querySelector<HTMLElement>('[data-chot=orders]') ?? main
    const unit = (code: string) => this.offers.unit(code)
    const extend = (order: string) => this.put({ type: 'extend', key: newKey(), order })
    this.orders = new Orders(this.need('orders'), list, unit, extend)
    const words = this.need('words')
    this.said = new SaidList(words)
    this.listen(words.querySelector('form'))
    const value = (name: string) =>
      main.querySelector<HTMLInputElement>(`[name=${name}]`)?.value ?? ''
    this.live = new Live({
      shop,
      session,
      token: main.dataset['token'] ?? '',
      name: value('name'),
      frame: (frame) => this.take(frame),
      told: (said, answer) => this.answered(said, answer),
      changed: () => this.look(),
    })
    this.account = new Account(main, session, () => this.live.token, () => this.live.now())
    this.names(main)
    main.addEventListener('change', (event) => this.named(event))
    this.live.outbox.restore()
    window.setInterval(() => this.tick(), 1_000)
  }

  private need(name: string): HTMLElement {
    const found = part(name, this.main)
    if (found === null) throw new Error(`the page has no part ${name}`)
    return found
  }

  /** One name and one buyer in all forms. */
  private names(of: ParentNode): void {
    for (const input of of.querySelectorAll<HTMLInputElement>('[name=name]')) {
      if (this.live.name !== '') input.value = this.live.name
    }
    for (const input of of.querySelectorAll<HTMLInputElement>('[name=buyer_token]')) {
      input.value = this.live.token
    }
  }

  private named(event: Event): void {
    const input = event.target
    if (!(input instanceof HTMLInputElement) || input.name !== 'name') return
    for (const other of this.main.querySelectorAll<HTMLInputElement>('[name=name]')) {
      other.value = input.value
    }
    this.live.call(input.value)
  }

  private listen(form: HTMLFormElement | null): void {
    form?.addEventListener('submit', (event) => {
      const value = (name: string) => form.querySelector<HTMLInputElement>(`[name=${name}]`)
      const [input, key] = [value('text'), newKey()]
      const text = input?.value.trim() ?? ''
      if (input !== null && text !== '') {
        rekey(form, key)
        this.live.call(value('name')?.value ?? '')
        this.put({ type: 'comment', key, text })
        input.value = ''
      }
      event.preventDefault()
    })
  }

  private tap({ key, code, quantity, variant, name }: Tap): void {
    this.live.call(name)
    this.put({ type: 'claim', key, lines: [{ code, variant, quantity }] })
  }

  private put(said: Said): void {
    this.live.outbox.put(said)
  }

  private answered(said: Said, answer: Answer): void {
    const waits = answer.kind === 'sending' || answer.kind === 'busy'
    const told = this.words(said, answer)
    switch (said.type) {
      case 'claim':
        this.offers.tell(said.lines[0]?.code ?? '', told, waits)
        return
      case 'comment':
        this.said.tell(said.key, said.text, told)
        return
      case 'extend':
        this.orders.tell(said.order, told, waits)
    }
  }

  private words(said: Said, answer: Answer): Told {
    switch (answer.kind) {
      case 'sending':
      case 'busy':
        return { text: word(answer.kind), bad: false }
      case 'refused':
        return refusal(answer.code)
      case 'words':
        return { text: answer.text, bad: true }
      case 'posted':
        return { text: word('taken'), bad: false, page: answer.page }
      case 'outcome':
        return said.type === 'extend'
          ? toldExtended(answer.outcome, this.live.now())
          : told(answer.outcome, this.isCod, this.live.now())
    }
  }

  private take(frame: Frame): void {
    const now = this.live.now()
    switch (frame.type) {
      case 'welcome':
        this.is(frame.state)
        this.offers.show(frame.offers, this.state === 'live')
        this.orders.all(frame.orders, now)
        this.names(this.main)
        return
      case 'stock':
        this.is(frame.state)
        this.offers.show(frame.offers, this.state === 'live')
        return
      case 'order':
        this.orders.put(frame, now)
        return
      case 'outcome':
        // Of a linked account, or of another page of this buyer.
        if (frame.reason === 'linked') this.account.linked()
        else this.said.tell(frame.key ?? '', '', told(frame, this.isCod, now))
        return
      case 'error':
    }
  }

  /** The session's state; unsaid by an older server. */
  private is(state: string): void {
    if (state === '' || state === this.state) return
    this.state = state
    const chip = part('state', this.main)
    if (chip !== null) {
      chip.className = `chip ${CHIPS[state] ?? 'info'}`
      say(chip, word(`state.${state}`) || word('ended'))
    }
    const form = this.need('words').querySelector('form')
    if (form) show(form, state === 'live')
  }

  private look(): void {
    const { link } = this.live
    const ageMs = link.heard === 0 ? performance.now() : Date.now() - link.heard
    if (link.state === 'ended' || this.state === 'ended' || this.state === 'archived') {
      this.bar.show('ended', word('ended'), ageMs)
      return
    }
    switch (link.state) {
      case 'live':
        this.bar.show('live', word(this.state === 'live' ? 'live' : 'connected'), ageMs)
        return
      case 'slow':
        this.bar.show('slow', word('slow'), ageMs)
        return
      case 'connecting':
        this.bar.show('offline', word('connecting'), ageMs)
        return
      case 'offline':
        this.bar.show('offline', this.offline(), ageMs)
    }
  }

  private offline(): string {
    const { any, until } = this.orders.held()
    if (until === undefined) return word(any ? 'offlineHeld' : 'offline')
    return fill(word('offlineUntil'), { t: moment(until, this.live.now()) })
  }

  private tick(): void {
    this.orders.tick(this.live.now())
    this.account.tick()
    this.look()
  }
}
