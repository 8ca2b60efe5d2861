// The page of one order: asked for again every few seconds, so that it shows how things stand.

import { left } from '../format'
import { fill, lang } from '../words'
import { Bar } from '../viewer/bar'
import { make, part, say, show } from '../viewer/make'
import { Proof } from './proof'
import { ownPage } from '../viewer/own'
import { moment } from '../viewer/told'
import { word } from '../viewer/words'

const ASK_MS = 3_000
const SLOW_MS = 4_500
const OFFLINE_MS = 6_000
const ANSWER_MS = 10_000
const WARN_MS = 60_000

export class OrderPage {
  private readonly address: string
  private readonly bar: Bar
  private readonly hold = make('p', { class: 'hold' })
  private readonly time = make('strong', { 'data-chot': 'hold' })
  private readonly warning = make('p', { role: 'alert' })
  private heard = Date.now() - performance.now()
  private offset = 0
  private isAsking = false
  private asked = Date.now()
  private isOver = false

  constructor(private readonly main: HTMLElement) {
    this.address = main.dataset['address'] ?? ''
    this.clockIs(main)
    this.bar = new Bar(main.querySelector('[role=status]') ?? main)
    this.hold.append(word('hold'), ' ', this.time)
    part('acts')?.before(this.hold, this.warning)
    new Proof(main, this.address)
    window.setInterval(() => this.tick(), 500)
    document.addEventListener('visibilitychange', () => this.tick())
    this.tick()
  }

  private now(): number {
    return Date.now() + this.offset
  }

  private clockIs(main: HTMLElement): void {
    const now = Number(main.dataset['now'])
    if (now > 0 && this.offset === 0) this.offset = now - this.heard
  }

  /** When the hold ends. */
  private until(): number {
    return Number(part('acts')?.dataset['until'] ?? 0)
  }

  private tick(): void {
    const isSeen = document.visibilityState === 'visible'
    if (isSeen && !this.isOver && !this.isAsking && Date.now() - this.asked >= ASK_MS) {
      void this.ask()
    }
    const [until, now] = [this.until(), this.now()]
    show(this.hold, until > 0)
    if (until > 0) say(this.time, left(until - now, lang()))
    say(this.warning, until > now && until - now <= WARN_MS ? word('expiring') : '')
    this.look(until)
  }

  private look(until: number): void {
    const silent = Date.now() - this.heard
    if (this.isOver) this.bar.show('ended', word('ended'), silent)
    else if (silent > OFFLINE_MS) {
      const t = moment(until, this.now())
      const held = until > 0 ? fill(word('offlineUntil'), { t }) : word('offline')
      this.bar.show('offline', held, silent)
    } else if (silent > SLOW_MS) this.bar.show('slow', word('slow'), silent)
    else this.bar.show('live', word('connected'), silent)
  }

  private async ask(): Promise<void> {
    this.isAsking = true
    this.asked = Date.now()
    const stop = new AbortController()
    const timer = window.setTimeout(() => stop.abort(), ANSWER_MS)
    try {
      const response = await fetch(`/o/${this.address}`, { signal: stop.signal })
      const html = await response.text()
      if (response.status === 404 || response.status === 410) this.isOver = true
      if (response.ok) this.take(html)
    } catch {
      // It shows by its silence.
    } finally {
      window.clearTimeout(timer)
      this.isAsking = false
    }
    this.tick()
  }

  /** Puts in what differs. */
  private take(html: string): void {
    const fresh = ownPage(html)
    const main = fresh.querySelector<HTMLElement>('main[data-address]')
    if (main === null) return
    this.heard = Date.now()
    this.offset = 0
    this.clockIs(main)
    const key = this.main.querySelector<HTMLInputElement>('[name=key]')?.value
    if (key !== undefined) {
      // The acts of this page go on counting under its own key.
      for (const input of main.querySelectorAll('[name=key]')) input.setAttribute('value', key)
    }
    for (const old of this.main.querySelectorAll<HTMLElement>('[data-part]')) {
      const now = part(old.dataset['part'] ?? '', main)
      if (now !== null && now.outerHTML !== old.outerHTML) this.put(old, now)
    }
  }

  private put(old: HTMLElement, fresh: HTMLElement): void {
    const focused = document.activeElement
    const form = old.contains(focused) ? focused?.closest('form') : null
    old.replaceWith(fresh)
    const forms = Array.from(fresh.querySelectorAll('form'))
    const same = forms.find(({ action }) => action === form?.action)
    same?.querySelector('button')?.focus({ preventScroll: true })
  }
}
