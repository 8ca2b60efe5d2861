// What a host can do at this desk: every act is one call, and its answer is waited for.

import { who } from '../who/who.svelte'
import { cannot } from '../who/words'
import type { Act, BuyerPage, ConsoleOffer, Contact, FeedItem, OfferPhoto, Order, Orders, Outcome, ReviewGroup, WantedLine } from '../wire'
import { fill } from '../words'
import { call } from './api'
import { Commands } from './commands.svelte'
import { photoPath, showCall } from './photos'
import { moneyOf, orderLines } from './say'
import { cardOf, Session } from './session.svelte'
import { play, readSwitches } from './sounds'
import { words } from './words'

export type Sheet =
  | { kind: 'row'; row: FeedItem }
  | { kind: 'order'; id: string }
  | { kind: 'restock'; code: string }
  | { kind: 'price'; code: string }
  | { kind: 'assign'; group: ReviewGroup }
  | { kind: 'slip' | 'remind' | 'buyer'; order: Order }
  | { kind: 'pin' | 'photo' | 'menu' | 'paste' | 'aloud' | 'settings' | 'staff' | 'phone' | 'overlay' | 'end' }

export type Tab = 'needs' | 'orders' | 'comments' | 'waiting'

export const EXTEND_MIN = 5
/** Further pages than these are not looked through. */
const PAGES_MAX = 100

export class Desk {
  readonly session: Session
  readonly commands = new Commands()
  sheet: Sheet | undefined = $state.raw()
  tab: Tab = $state('comments')
  switches = $state(readSwitches())
  /** Orders as the last answer told them: newer than the list, for a moment. */
  answered: Record<string, Order> = $state({})

  /** Buyers that were erased from here: what was told of them before is not shown any more. */
  private forgotten: string[] = $state([])

  private readonly at: string

  constructor(id: string) {
    this.session = new Session(id)
    this.at = `/v1/sessions/${encodeURIComponent(id)}`
    this.session.onFrame = (before, frame) => {
      const first = before.numbers?.orders === 0 && (frame.numbers?.orders ?? 0) > 0
      if (first) play('first', this.switches)
      const sold = frame.offers?.some((offer) => {
        const was = before.offers.find((other) => other.code === offer.code)
        return was !== undefined && was.left > 0 && offer.left === 0
      })
      if (sold === true) play('soldOut', this.switches)
      if (frame.reviews !== undefined && this.session.needs > before.needs) {
        play('needs', this.switches)
      }
    }
  }

  /** Why this role does not include it; empty: it does. In a rehearsal the server alone decides. */
  forbids(act: Act): string {
    return this.session.practice || who.may(act) ? '' : cannot(who.me?.role)
  }

  /** Why acts are closed now; empty: they are open. */
  get closed(): string {
    return this.session.online ? '' : words.needsNet
  }

  /** The same for pin, pause and end. */
  get closedControl(): string {
    const forbidden = this.forbids('sell')
    if (forbidden !== '') return forbidden
    if (this.closed !== '' || this.session.mine) return this.closed
    const who = this.session.about?.controller?.name ?? words.someone
    return fill(words.needsControl, { who })
  }

  offer(code: string): ConsoleOffer | undefined {
    return this.session.offers.find((offer) => offer.code === code)
  }

  private change(offer: ConsoleOffer, about: string, body: object, wanted: string): void {
    const path = `${this.at}/offers/${encodeURIComponent(offer.code)}`
    const call = { method: 'PATCH' as const, path, body, version: offer.version }
    void this.commands.run({ about, call, wanted, done: this.closing() })
  }

  /** Closes the sheet that an act was asked from, where that one still stands. */
  closing(): () => void {
    const asked = this.sheet
    return () => {
      if (this.sheet === asked) this.sheet = undefined
    }
  }

  pin(offer: ConsoleOffer, undoable = true): void {
    const before = this.session.pinned
    const path = `${this.at}/offers/${encodeURIComponent(offer.code)}`
    const close = this.closing()
    const done = (): void => {
      close()
      if (!undoable) return
      this.commands.offerUndo(fill(words.undoPin, { name: offer.name }), () =>
        before === undefined ? this.unpin(offer) : this.pin(before, false),
      )
    }
    const body = { pinned: true }
    void this.commands.run({ about: 'pin', call: { method: 'PATCH', path, body }, done })
  }

  private unpin(offer: ConsoleOffer): void {
    const path = `${this.at}/offers/${encodeURIComponent(offer.code)}`
    const body = { pinned: false }
    void this.commands.run({ about: 'pin', call: { method: 'PATCH', path, body } })
  }

  /** Pins the next of the run order; lets choose where there is none. */
  pinNext(): void {
    const next = this.session.next
    if (next === undefined) this.sheet = { kind: 'pin' }
    else this.pin(next)
  }

  restock(offer: ConsoleOffer, quantity: number): void {
    this.change(offer, `stock:${offer.code}`, { restock: quantity }, `${quantity > 0 ? '+' : ''}${quantity}`)
  }

  price(offer: ConsoleOffer, amount: number): void {
    const price = { amount, currency: offer.price.currency }
    this.change(offer, `price:${offer.code}`, { price }, moneyOf(price))
  }

  showPhoto(code: string, photo: Blob): void {
    const call = showCall(this.session.id, code, photo)
    const done = (answer: unknown): void => {
      this.session.photos = { ...this.session.photos, [code]: answer as OfferPhoto }
    }
    void this.commands.run({ about: `photo:${code}`, call, done })
  }

  dropPhoto(code: string): void {
    const call = { method: 'DELETE' as const, path: photoPath(this.session.id, code) }
    const done = (): void => {
      const { [code]: _, ...others } = this.session.photos
      this.session.photos = others
    }
    void this.commands.run({ about: `photo:${code}`, call, done })
  }

  state(to: 'live' | 'paused' | 'ended'): void {
    const call = { method: 'POST' as const, path: `${this.at}/state`, body: { state: to } }
    void this.commands.run({ about: 'state', call, done: this.closing() })
  }

  act(order: Order, what: 'confirm' | 'paid' | 'cancel' | 'undo' | 'extend'): void {
    const path = `${this.at}/orders/${encodeURIComponent(order.order)}/${what}`
    const call =
      what === 'extend'
        ? { method: 'POST' as const, path, body: { seconds: EXTEND_MIN * 60 } }
        : { method: 'POST' as const, path }
    const done = (answer: unknown): void => this.acted(answer as Order, what)
    void this.commands.run({ about: `order:${order.order}`, call, done })
  }

  private acted(order: Order, what: string): void {
    this.answered[order.order] = order
    if (what !== 'cancel' || order.undo_until === undefined) return
    const name = this.nameOf(order)
    this.commands.offerUndo(fill(words.cancelling, { name }), () => this.act(order, 'undo'))
  }

  answer(group: ReviewGroup, lines: WantedLine[], remember: boolean): void {
    const review = cardOf(group)
    const body = { lines, group: group.count > 1, ...(remember ? { remember } : {}) }
    const call = { method: 'POST' as const, path: `${this.at}/reviews/${review}`, body }
    const close = this.closing()
    const done = (): void => {
      this.session.hide(review, true)
      close()
    }
    void this.commands.run({ about: `review:${review}`, call, done })
  }

  /** Gone from sight at once, sent when the time to undo is over. */
  ignore(group: ReviewGroup): void {
    const review = cardOf(group)
    const body = { lines: [], ignore: true, group: group.count > 1 }
    const call = { method: 'POST' as const, path: `${this.at}/reviews/${review}`, body }
    this.session.hide(review, true)
    this.commands.delay(
      group.count,
      (n) => fill(words.ignoring, { n }),
      () => this.session.hide(review, false),
      () => void this.commands.run({ about: `review:${review}`, call }),
    )
  }

  claim(body: object, about: string, done: (outcome: Outcome) => void): void {
    const call = { method: 'POST' as const, path: `${this.at}/claims`, body }
    void this.commands.run({ about, call, done: (answer) => done(answer as Outcome) })
  }

  /** The order as it is: from the list, an answer, or asked for. */
  async find(id: string): Promise<Order | undefined> {
    const known = this.known(id)
    if (known !== undefined) return known
    for await (const orders of this.pages()) {
      const found = orders.find((order) => order.order === id)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Every order that passes, at most so many, whether the lists of this page show it or not. */
  async filter(passes: (order: Order) => boolean, most: number): Promise<Order[]> {
    const found: Order[] = []
    for await (const orders of this.pages()) {
      found.push(...orders.filter(passes))
      if (found.length >= most) break
    }
    return found.slice(0, most)
  }

  private async *pages(): AsyncGenerator<Order[]> {
    let cursor: string | undefined
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const path = `${this.at}/orders${cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`}`
      const answer = await call<Orders>({ method: 'GET', path })
      yield answer.orders
      if (answer.next_cursor === undefined) return
      cursor = answer.next_cursor
    }
  }

  /** Where an order goes; asked anew each time, for its buyer may change it. */
  contact(id: string): Promise<Contact> {
    const path = `${this.at}/orders/${encodeURIComponent(id)}/contact`
    return call<Contact>({ method: 'GET', path })
  }

  /** Where the buyer sees the order, as they reach this server. */
  async pageOf(id: string): Promise<string> {
    const path = `${this.at}/orders/${encodeURIComponent(id)}/page`
    const page = await call<BuyerPage>({ method: 'GET', path })
    return page.url ?? new URL(page.path, location.href).href
  }

  known(id: string): Order | undefined {
    const listed = this.session.holds.orders.find((order) => order.order === id)
    const told = this.answered[id]
    if (listed === undefined || told === undefined) return listed ?? told
    return listed.position.seq >= told.position.seq ? listed : told
  }

  /** What its buyer is called, or that they are erased. */
  nameOf(order: Pick<Order, 'buyer' | 'buyer_name'>): string {
    return this.hasForgotten(order.buyer) ? words.erased : (order.buyer_name ?? words.erased)
  }

  hasForgotten(buyer: string): boolean {
    return this.forgotten.includes(buyer)
  }

  forget(buyer: string): void {
    this.forgotten.push(buyer)
  }

  words(order: Order): string {
    return orderLines(order, this.session.offers)
  }
}
