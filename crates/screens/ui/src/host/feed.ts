// The stream of comments: a fixed pool of rows, written in place, still while somebody looks at it.
//
// Promises: a tap opens what stood under the finger; 500 comments a second make no new element.

import { clock } from '../format'
import type { ConsoleOffer, FeedItem } from '../wire'
import { outcomeOf } from './say'

export const ROWS = 24

export interface FeedOptions {
  offers: () => ConsoleOffer[]
  /** What stands in a row that has no name. */
  nameless: string
  open: (row: FeedItem) => void
  /** Told how many rows came while it was still; 0 when it runs. */
  behind: (rows: number) => void
}

/** A finger that is lifted becomes a click within this time. */
const CLICK_MS = 350
const SEEN_MAX = 4_000

interface Slot {
  item: HTMLLIElement
  element: HTMLButtonElement
  time: Text
  name: Text
  text: Text
  chip: HTMLElement
  row: FeedItem | undefined
}

export class Feed {
  private readonly slots: Slot[]
  private latest: FeedItem[] = []
  private readonly holding = new Set<string>()
  private missed = 0
  private lifted = 0
  private seen = new Set<string>()

  constructor(
    private readonly list: HTMLElement,
    private readonly options: FeedOptions,
  ) {
    this.slots = Array.from({ length: ROWS }, () => this.slot())
    const hold = (why: string, on: boolean) => () => this.hold(why, on)
    list.addEventListener('pointerenter', (event) => {
      if (event.pointerType === 'mouse') this.hold('pointer', true)
    })
    list.addEventListener('pointerleave', hold('pointer', false))
    list.addEventListener('pointerdown', () => {
      // What another finger lifted just now lets go of nothing that this one holds.
      window.clearTimeout(this.lifted)
      this.hold('touch', true)
    })
    window.addEventListener('pointerup', this.up)
    window.addEventListener('pointercancel', this.up)
    list.addEventListener('focusin', hold('focus', true))
    list.addEventListener('focusout', (event) => {
      if (!list.contains(event.relatedTarget as Node | null)) this.hold('focus', false)
    })
  }

  /** A new state of the stream, newest first. */
  show(rows: FeedItem[]): void {
    this.latest = rows
    if (this.holding.size === 0) {
      this.write()
      return
    }
    const news = rows.filter((row) => !this.seen.has(row.id))
    if (this.seen.size > SEEN_MAX) this.seen = new Set(rows.map((row) => row.id))
    for (const row of news) this.seen.add(row.id)
    if (news.length > 0) {
      this.missed += news.length
      this.options.behind(this.missed)
    }
  }

  /** Lets go, and shows what has come since. */
  release(): void {
    this.holding.clear()
    const within = this.list.contains(document.activeElement)
    if (within) (document.activeElement as HTMLElement).blur()
    this.holding.clear()
    this.write()
  }

  /** Still while something lies over it. */
  cover(on: boolean): void {
    this.hold('cover', on)
  }

  /** Moves the focus by so many rows. */
  step(by: number): void {
    const shown = this.slots.filter((slot) => slot.row !== undefined)
    const at = shown.findIndex((slot) => slot.element === document.activeElement)
    const to = Math.min(Math.max(at === -1 ? 0 : at + by, 0), shown.length - 1)
    shown[to]?.element.focus()
  }

  /** The row that has the focus. */
  current(): FeedItem | undefined {
    return this.slots.find((slot) => slot.element === document.activeElement)?.row
  }

  close(): void {
    window.removeEventListener('pointerup', this.up)
    window.removeEventListener('pointercancel', this.up)
  }

  /** After the click that follows. */
  private readonly up = (): void => {
    window.clearTimeout(this.lifted)
    this.lifted = window.setTimeout(() => this.hold('touch', false), CLICK_MS)
  }

  private hold(why: string, on: boolean): void {
    const before = this.holding.size
    if (on) this.holding.add(why)
    else this.holding.delete(why)
    if (before > 0 && this.holding.size === 0) this.write()
  }

  private write(): void {
    const offers = this.options.offers()
    this.slots.forEach((slot, at) => this.fill(slot, this.latest[at], offers))
    this.seen = new Set(this.latest.map((row) => row.id))
    this.missed = 0
    this.options.behind(0)
  }

  private fill(slot: Slot, row: FeedItem | undefined, offers: ConsoleOffer[]): void {
    const same = slot.row !== undefined && row !== undefined && slot.row.id === row.id
    const still = same && slot.row?.result === row.result
    slot.row = row
    if (still) return
    slot.item.hidden = row === undefined
    if (row === undefined) return
    set(slot.time, clock(Date.parse(row.at)))
    set(slot.name, row.buyer_name ?? this.options.nameless)
    set(slot.text, row.text ?? '')
    const outcome = outcomeOf(row, offers)
    if (slot.chip.textContent !== outcome.text) slot.chip.textContent = outcome.text
    slot.chip.className = `chip ${outcome.chip}`
    slot.chip.hidden = outcome.text === ''
    slot.element.dataset['row'] = row.id
    slot.element.dataset['order'] = row.order ?? ''
  }

  private slot(): Slot {
    const element = document.createElement('button')
    element.type = 'button'
    element.className = 'row'
    const part = (name: string): [HTMLElement, Text] => {
      const span = document.createElement('span')
      span.className = name
      const text = document.createTextNode('')
      span.append(text)
      element.append(span)
      return [span, text]
    }
    const [, time] = part('time')
    const [, name] = part('name')
    const [, text] = part('text')
    const [chip] = part('chip')
    const item = document.createElement('li')
    item.hidden = true
    const slot: Slot = { item, element, time, name, text, chip, row: undefined }
    element.addEventListener('click', () => {
      if (slot.row !== undefined) this.options.open(slot.row)
    })
    item.append(element)
    this.list.append(item)
    return slot
  }
}

function set(node: Text, value: string): void {
  if (node.data !== value) node.data = value
}
