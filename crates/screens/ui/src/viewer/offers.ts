// What is on sale: the server's cards, kept up to date, and a tap that orders.

import { decimal, money, type Lang } from '../format'
import { lang } from '../words'
import { newKey } from './key'
import { make, part, rekey, say, show } from './make'
import type { Told } from './told'
import type { StockOffer } from './wire'
import { word } from './words'
import { ownPage } from './own'

export interface Tap {
  key: string
  code: string
  quantity: number
  /** What was chosen on each axis. */
  variant: string[]
  name: string
}

/** Two taps within so long are one. */
const DOUBLE_MS = 1_500

class Card {
  private readonly form: HTMLFormElement | null
  private readonly button: HTMLElement | null
  private readonly hook: HTMLElement | null
  private readonly told = make('p', { role: 'status', class: 'told' })
  /** No further tap is taken. */
  private waits = false
  private tapped = 0

  constructor(
    readonly code: string,
    readonly section: HTMLElement,
    private readonly tap: (tap: Tap) => void,
  ) {
    this.form = section.querySelector('form')
    this.button = section.querySelector('button.primary')
    this.hook = section.querySelector('[data-chot]')
    section.append(this.told)
    const input = this.form?.querySelector<HTMLInputElement>('[name=quantity]')
    if (input) stepper(input)
    this.form?.addEventListener('submit', (event) => {
      this.submit(this.form as HTMLFormElement)
      // Where that failed, the browser sends the form: under the key that it was given.
      event.preventDefault()
    })
  }

  show(offer: StockOffer, isLive: boolean, speaks: Lang): void {
    const price = part('price', this.section)
    if (price) say(price, money(offer.price, speaks))
    const isLeft = offer.left > 0
    if (this.hook) {
      this.hook.dataset['value'] = String(offer.left)
      say(this.hook, isLeft ? decimal(offer.left, speaks) : word('soldOut'))
    }
    const before = part('left', this.section)
    if (before) say(before, isLeft ? word('left') : '')
    if (this.button) say(this.button, word(isLeft ? 'order' : 'wait'))
    if (this.form) show(this.form, isLive && offer.open)
    const closed = part('closed', this.section)
    if (closed) show(closed, !offer.open)
  }

  tell(told: Told, waits: boolean): void {
    this.waits = waits
    // What was refused is put right and tapped again, however soon.
    if (told.bad) this.tapped = 0
    this.button?.setAttribute('aria-disabled', String(waits))
    sayTold(this.told, told)
  }

  private submit(form: HTMLFormElement): void {
    if (this.waits || Date.now() - this.tapped < DOUBLE_MS) return
    this.tapped = Date.now()
    const fields = new FormData(form)
    const quantity = Number(String(fields.get('quantity')).replace(',', '.'))
    const variant = Array.from(form.querySelectorAll('select'), (select) => select.value)
    const name = String(fields.get('name') ?? '')
    const key = newKey()
    rekey(form, key)
    this.tap({ key, code: this.code, quantity, variant, name })
  }
}

/** Words and, where there is one, the way to the order. */
export function sayTold(at: HTMLElement, told: Told): void {
  at.classList.toggle('complaint', told.bad)
  say(at, told.text)
  if (told.page !== undefined) {
    at.append(' ', make('a', { href: told.page }, word('seeOrder')))
  }
}

/** − and + around a quantity, by its step. */
function stepper(input: HTMLInputElement): void {
  const label = input.closest('label')
  if (!label) return
  const button = (sign: string, name: string, move: () => void) => {
    const made = make('button', { type: 'button', 'aria-label': name }, sign)
    made.addEventListener('click', () => {
      move()
      // What is not a whole step, or below the first, is put right.
      if (!input.validity.valid) input.value = input.min
    })
    return made
  }
  const row = make('div', { class: 'stepper' })
  label.replaceWith(row)
  row.append(
    button('−', word('less'), () => input.stepDown()),
    label,
    button('+', word('more'), () => input.stepUp()),
  )
}

export interface OffersOptions {
  /** Where the page itself is. */
  path: string
  tap: (tap: Tap) => void
  /** How long to wait at most before the page is asked for again: a crowd asks together. */
  spread: () => number
  /** New cards were put in. */
  added: (cards: HTMLElement[]) => void
}

export class Offers {
  private readonly cards = new Map<string, Card>()
  private last: [StockOffer[], boolean] = [[], false]
  private asks = false

  constructor(
    private readonly at: HTMLElement,
    private readonly options: OffersOptions,
  ) {
    this.adopt(at)
  }

  /** The offer's unit, as its card says it. */
  unit(code: string): string {
    return this.cards.get(code)?.section.dataset['unit'] ?? ''
  }

  show(offers: StockOffer[], isLive: boolean): void {
    this.last = [offers, isLive]
    const speaks = lang()
    for (const offer of offers) this.cards.get(offer.code)?.show(offer, isLive, speaks)
    this.arrange(offers)
    if (offers.some((offer) => !this.cards.has(offer.code))) this.fetch()
  }

  tell(code: string, told: Told, waits: boolean): void {
    this.cards.get(code)?.tell(told, waits)
  }

  /** Takes the cards that are not known yet. */
  private adopt(of: ParentNode): HTMLElement[] {
    const found = Array.from(of.querySelectorAll<HTMLElement>('section.offer'))
    return found.filter((section) => {
      const code = section.dataset['code'] ?? ''
      if (this.cards.has(code)) return false
      this.cards.set(code, new Card(code, section, this.options.tap))
      return true
    })
  }

  /** What is pinned comes first, the others as they were added; nothing moves while one types. */
  private arrange(offers: StockOffer[]): void {
    const focused = document.activeElement
    const isInside = focused instanceof HTMLElement && this.at.contains(focused)
    if (isInside && focused.matches('input, select')) return
    const first = offers.filter((offer) => offer.pinned)
    const order = [...first, ...offers.filter((offer) => !offer.pinned)]
    let next: Element | null = this.at.querySelector('section.offer')
    for (const { code } of order) {
      const section = this.cards.get(code)?.section
      if (section === undefined) continue
      if (section === next) {
        next = next.nextElementSibling
        continue
      }
      this.at.insertBefore(section, next)
    }
    if (isInside && document.activeElement !== focused) focused.focus({ preventScroll: true })
  }

  /** Cards that this page has not: the server wrote them into the page as it is now. */
  private fetch(): void {
    if (this.asks) return
    this.asks = true
    window.setTimeout(() => {
      void this.fetchNow().finally(() => (this.asks = false))
    }, Math.random() * this.options.spread())
  }

  private async fetchNow(): Promise<void> {
    try {
      const response = await fetch(this.options.path)
      const page = ownPage(await response.text())
      const fresh = this.adopt(page)
      part('none', this.at)?.remove()
      this.at.append(...fresh)
      this.options.added(fresh)
      this.show(...this.last)
    } catch {
      // The next look tries again.
    }
  }
}
