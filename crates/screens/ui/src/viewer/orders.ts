// The buyer's own orders: where each stands, until when, and which place in line.

import { left, money, quantity } from '../format'
import { fill as filled, lang } from '../words'
import { fill, make, say, show } from './make'
import { sayTold } from './offers'
import type { Told } from './told'
import type { Order, OutcomeLine as Line } from './wire'
import { word } from './words'

/** So long before its end a hold is said to end. */
const WARN_MS = 60_000

class Row {
  readonly item = make('li')
  private readonly way = make('a')
  private readonly lines = make('span', { class: 'muted' })
  private readonly places = make('span')
  private readonly hold = make('p', { class: 'hold' })
  private readonly time = make('strong', { 'data-chot': 'hold' })
  private readonly more = make('button', { type: 'button' }, word('extend'))
  private readonly warning = make('p', { role: 'alert' })
  private readonly told = make('p', { role: 'status', class: 'told' })

  constructor(
    public order: Order,
    extend: (order: string) => void,
  ) {
    this.item.dataset['chot'] = `order:${order.order}`
    this.more.addEventListener('click', () => {
      if (this.more.getAttribute('aria-disabled') !== 'true') extend(this.order.order)
    })
    this.hold.append(word('hold'), ' ', this.time, ' ', this.more)
    this.item.append(this.way, this.lines, this.places, this.hold, this.warning, this.told)
  }

  /** As it stands, or as it stood when it was last seen. */
  show(order: Order, isKnown: boolean, unit: (code: string) => string): void {
    this.order = order
    const state = isKnown ? order.state : 'changed'
    const isWaiting = order.lines.every((line) => line.held === 0)
    const words = state === 'held' && isWaiting ? 'waiting' : state
    const isCancelling = isKnown && order.undo_until !== undefined
    const stands = isCancelling ? word('cancelling') : word(`order.${words}`)
    this.item.dataset['state'] = state
    const number = order.order.replace(/^.*-o/, '#')
    say(this.way, `${number} · ${money(order.total, lang())} · ${stands}`)
    if (order.page !== undefined) this.way.href = order.page
    const held = order.lines.filter((line) => line.held > 0)
    const written = held.map((line) => `${line.code} ${many(line.held, line, unit)}`)
    say(this.lines, written.join(', '))
    const waits = isKnown ? order.lines.filter((line) => line.waitlisted > 0) : []
    fill(
      this.places,
      ...waits.map((line) => {
        const amount = `${line.code} ${many(line.waitlisted, line, unit)}`
        const text = filled(word('place'), { quantity: amount, n: line.position_in_line ?? '' })
        return make('span', { class: 'muted', 'data-chot': 'waiting' }, text)
      }),
    )
  }

  tick(now: number): void {
    const until = this.order.hold_until
    const rest = until === undefined ? 0 : Date.parse(until) - now
    const isHeld = this.item.dataset['state'] === 'held' && until !== undefined
    show(this.hold, isHeld)
    if (isHeld) say(this.time, left(rest, lang()))
    say(this.warning, isHeld && rest > 0 && rest <= WARN_MS ? word('expiring') : '')
  }

  tell(told: Told, waits: boolean): void {
    this.more.setAttribute('aria-disabled', String(waits))
    sayTold(this.told, told)
  }
}

function many(amount: number, line: Line, unit: (code: string) => string): string {
  return quantity(amount, unit(line.code) || undefined, lang())
}

export class Orders {
  private readonly rows = new Map<string, Row>()

  constructor(
    private readonly section: HTMLElement,
    private readonly list: HTMLElement,
    private readonly unit: (code: string) => string,
    private readonly extend: (order: string) => void,
  ) {}

  /** All open ones; what was open before and is no longer has changed meanwhile. */
  all(orders: Order[], now: number): void {
    const open = new Set(orders.map((order) => order.order))
    for (const [id, row] of this.rows) {
      const wasOpen = row.order.state === 'held'
      if (!open.has(id) && wasOpen) row.show(row.order, false, this.unit)
    }
    // What the server wrote into the page has no row yet.
    const written = this.list.querySelectorAll('li')
    for (const item of written) {
      if (![...this.rows.values()].some((row) => row.item === item)) item.remove()
    }
    for (const order of orders) this.put(order, now)
    show(this.section, this.rows.size > 0)
  }

  put(order: Order, now: number): void {
    let row = this.rows.get(order.order)
    if (row === undefined) {
      row = new Row(order, this.extend)
      this.rows.set(order.order, row)
      this.list.append(row.item)
    }
    row.show(order, true, this.unit)
    row.tick(now)
    show(this.section, true)
  }

  tick(now: number): void {
    for (const row of this.rows.values()) row.tick(now)
  }

  tell(order: string, told: Told, waits: boolean): void {
    this.rows.get(order)?.tell(told, waits)
  }

  page(order: string | undefined): string | undefined {
    return order === undefined ? undefined : this.rows.get(order)?.order.page
  }

  /** True if something is held; and until when the first of it is. */
  held(): { any: boolean; until: number | undefined } {
    const held = [...this.rows.values()].filter((row) => row.item.dataset['state'] === 'held')
    const untils = held.flatMap(({ order }) =>
      order.hold_until === undefined ? [] : [Date.parse(order.hold_until)],
    )
    return { any: held.length > 0, until: untils.length > 0 ? Math.min(...untils) : undefined }
  }
}
