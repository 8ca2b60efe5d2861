// The page's few elements, made once; only what differs is written. Nothing is ever written as HTML.

import { clock, type Lang } from '../format'
import type { OverlayBuyer } from '../wire'
import { fill } from '../words'
import { hasGot, nameOf, PAGE, whatOf } from './buyers'
import type { Card } from './card'
import type { Options } from './options'
import type { Words } from './words'

export interface Scene {
  card: Card | undefined
  just: OverlayBuyer | undefined
  board: OverlayBuyer[]
  /** Orders of the last minute, where they are more than a page. */
  minute: number
  debug: string
}

const FADE_MS = 200

function make(tag: string, name: string, into: Element): HTMLElement {
  const element = document.createElement(tag)
  element.className = name
  into.append(element)
  return element
}

function put(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

function set(element: HTMLElement, name: string, value: string): void {
  if (element.dataset[name] !== value) element.dataset[name] = value
}

export class View {
  private readonly card: HTMLElement
  private readonly code: HTMLElement
  private readonly name: HTMLElement
  private readonly price: HTMLElement
  private readonly left: HTMLElement
  private readonly meter: HTMLElement
  private readonly say: HTMLElement
  private readonly ticker: HTMLElement
  private readonly board: HTMLElement
  private readonly rows: HTMLElement[]
  private readonly minute: HTMLElement
  private readonly debug: HTMLElement
  private readonly still: MediaQueryList

  constructor(
    private readonly air: HTMLElement,
    private readonly options: Options,
    private readonly words: Words,
  ) {
    this.still = window.matchMedia('(prefers-reduced-motion: reduce)')
    Object.assign(air.dataset, { layout: options.layout, safe: options.safe, theme: options.theme })
    if (!options.motion) set(air, 'motion', '0')
    this.card = make('section', 'card box', air)
    this.code = make('b', 'code', this.card)
    this.name = make('p', 'name', this.card)
    const figures = make('p', 'figures', this.card)
    this.price = make('b', 'price', figures)
    this.left = make('b', 'left', figures)
    this.meter = make('i', 'meter', make('p', 'track', this.card))
    const foot = make('div', 'foot', this.card)
    this.say = make('p', 'say', foot)
    const isTicker = options.layout === 'ticker'
    this.ticker = make('p', isTicker ? 'ticker box' : 'just', isTicker ? air : foot)
    make('bdi', '', this.ticker)
    make('span', '', this.ticker)
    this.board = make('section', 'board box', air)
    make('h1', '', this.board).textContent = words.board
    const list = make('ol', '', this.board)
    this.rows = Array.from({ length: PAGE }, () => row(list))
    this.minute = make('p', 'minute', this.board)
    this.debug = make('p', 'debug', air)
    // Nobody who watches takes for real what a rehearsal sells.
    if (options.demo || air.dataset['practice'] !== undefined) make('p', 'mark', air).textContent = words.sample
  }

  draw({ card, just, board, minute, debug }: Scene): void {
    const { layout, lang } = this.options
    this.drawCard(layout === 'card' || layout === 'bar' || layout === 'full' ? card : undefined)
    const isOnSale = card !== undefined && card.mood !== 'thanks'
    this.drawTicker(isOnSale ? just : undefined, lang)
    const hasBoard = isOnSale && (layout === 'board' || layout === 'full')
    this.drawBoard(hasBoard ? board : [], minute, lang)
    put(this.debug, debug)
  }

  private drawCard(card: Card | undefined): void {
    if (card === undefined) {
      this.show(this.card, false)
      return
    }
    const isNew = this.code.textContent !== card.code || this.card.dataset['mood'] !== card.mood
    set(this.card, 'mood', card.mood)
    put(this.code, card.code)
    set(this.code, 'size', sizeOf(card.code.length, [2, 3, 5, 8]))
    put(this.name, card.name)
    put(this.price, card.price)
    put(this.left, card.left)
    set(this.left, 'chot', `left:${card.code}`)
    set(this.card, 'known', card.value === undefined ? '0' : '1')
    set(this.left, 'value', card.value === undefined ? '' : String(card.value))
    style(this.meter, 'width', `${card.percent ?? 0}%`)
    style(this.card, '--fit', fitOf(card, this.options.layout === 'bar'))
    put(this.say, card.say)
    this.show(this.card, true, isNew)
  }

  private drawTicker(buyer: OverlayBuyer | undefined, lang: Lang): void {
    const [name, said] = this.ticker.children
    if (buyer === undefined || name === undefined || said === undefined) {
      this.show(this.ticker, false)
      return
    }
    const isNew = this.ticker.dataset['number'] !== String(buyer.number)
    set(this.ticker, 'number', String(buyer.number))
    put(name, nameOf(buyer, this.words))
    put(said, fill(hasGot(buyer) ? this.words.just : this.words.waits, { what: whatOf(buyer, lang) }))
    this.show(this.ticker, true, isNew)
  }

  private drawBoard(buyers: OverlayBuyer[], minute: number, lang: Lang): void {
    this.rows.forEach((row, at) => {
      const buyer = buyers[at]
      if (row.hidden !== (buyer === undefined)) row.hidden = buyer === undefined
      const [number, name, what, time] = row.children
      if (buyer === undefined || number === undefined || name === undefined || what === undefined || time === undefined) return
      set(row, 'number', String(buyer.number))
      put(number, `#${buyer.number}`)
      put(name, nameOf(buyer, this.words))
      const got = whatOf(buyer, lang)
      put(what, hasGot(buyer) ? got : fill(this.words.waiting, { what: got }))
      put(time, clock(Date.parse(buyer.at)))
    })
    put(this.minute, minute === 0 ? '' : fill(this.words.minute, { n: minute }))
    this.show(this.board, buyers.length > 0)
  }

  /** What appears or has become another thing fades in once; nothing else moves. */
  private show(element: HTMLElement, shown: boolean, isNew = false): void {
    const was = element.dataset['shown'] === '1'
    if (was !== shown) set(element, 'shown', shown ? '1' : '0')
    else if (shown && isNew && this.options.motion && !this.still.matches) {
      element.animate([{ opacity: 0.2 }, { opacity: 1 }], FADE_MS)
    }
  }

  /** How the connection stands, for tests and for whoever looks. */
  link(state: string): void {
    set(this.air, 'state', state)
  }
}

function row(list: HTMLElement): HTMLElement {
  const made = make('li', '', list)
  make('span', 'number', made)
  make('bdi', 'who', made)
  make('span', 'what', made)
  make('time', '', made)
  made.hidden = true
  return made
}

/** Room for price and figure side by side, and their sizes, in parts of the picture. */
const CARD = { room: 550, price: 64, left: 44 }
const BAR = { room: 400, price: 34, left: 34 }
/** How wide a bold letter is at most, on average, in its size. */
const LETTER = 0.7

/** How much smaller price and figure are written so that they fit side by side. */
function fitOf(card: Card, isBar: boolean): string {
  const { room, price, left } = isBar ? BAR : CARD
  const width = LETTER * (card.price.length * price + card.left.length * left)
  return Math.min(1, room / width).toFixed(2)
}

function style(element: HTMLElement, name: string, value: string): void {
  if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value)
}

/** `0` for what is short, `1`, `2`… for what is longer. */
function sizeOf(length: number, steps: number[]): string {
  return String(steps.filter((step) => length > step).length)
}
