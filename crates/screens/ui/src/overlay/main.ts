// A stream's overlay: the latest state, drawn at most twice a second, and nothing where there is nothing to say.
//
//   socket ─▶ state ─┐
//   silence ─────────┼─▶ scene ─▶ at most one drawing per half second ─▶ the few elements that differ
//   page, ticker ────┘
//
// Never: draws without a reason, keeps anything in the browser, says an error on air unless ?debug=1 asks for it.

import { Link } from '../link/link'
import type { Overlay, OverlayServerFrame } from '../wire'
import { Pages, PAGE, Ticker } from './buyers'
import { cardOf } from './card'
import { optionsOf } from './options'
import './overlay.css'
import { sample } from './sample'
import { View } from './view'
import { wordsOf } from './words'

/** Drawings are at least so far apart. */
const DRAW_MS = 500
/** After so much silence a figure may be wrong. */
const STALE_MS = 5_000
/** How long viewers are thanked. */
const THANKS_MS = 10_000
/** Closes after which there is nothing to come back to. */
const FINAL = ['bad_overlay_key', 'session_archived', 'unknown_session']

class OnAir {
  private readonly options = optionsOf(new URL(location.href))
  private readonly words = wordsOf(this.options.lang)
  private readonly view: View
  private readonly pages = new Pages()
  private readonly ticker = new Ticker()
  private readonly you: string
  private told: Overlay | undefined
  private link: Link<OverlayServerFrame> | undefined
  private refused = false
  private stale = false
  /** Until when viewers are thanked. */
  private thanksUntil = 0
  private drawn = 0
  private timer = 0
  private due = Infinity

  constructor(air: HTMLElement) {
    document.documentElement.lang = this.options.lang
    this.you = air.dataset['you'] ?? ''
    this.view = new View(air, this.options, this.words)
    if (this.options.demo) {
      this.told = sample(Date.now())
      this.view.link('live')
    } else {
      this.connect()
    }
    this.draw()
  }

  private connect(): void {
    this.link = new Link<OverlayServerFrame>({
      path: `/v1/sessions/${encodeURIComponent(this.options.session)}/overlay`,
      protocol: 'v1.overlay.chot',
      hello: () => Promise.resolve({ type: 'hello', key: this.options.key }),
      frame: (frame) => this.hear(frame),
      changed: (link) => this.look(link),
    })
  }

  private hear(frame: OverlayServerFrame): void {
    if (frame.type !== 'overlay') return
    const was = this.told?.state
    if (frame.state === 'ended' && (was === 'live' || was === 'paused')) {
      this.thanksUntil = Date.now() + THANKS_MS
    }
    this.told = frame
    this.stale = false
    this.drawSoon(0)
  }

  /** Asked every half second and at every change: draws only if something is another than before. */
  private look(link: Link<OverlayServerFrame>): void {
    if (!this.refused && FINAL.includes(link.refused)) {
      this.refused = true
      link.close()
    }
    this.view.link(link.state)
    if (link.state === 'ended') this.told = undefined
    const stale = Date.now() - link.heard > STALE_MS
    if (stale === this.stale && link.state !== 'ended' && !this.options.debug) return
    this.stale = stale
    this.drawSoon(0)
  }

  /** Draws once, as soon as it may after so many milliseconds. */
  private drawSoon(after: number): void {
    const due = Math.max(Date.now() + after, this.drawn + DRAW_MS)
    if (due >= this.due) return
    this.due = due
    window.clearTimeout(this.timer)
    this.timer = window.setTimeout(() => this.draw(), due - Date.now())
  }

  private draw(): void {
    const now = Date.now()
    this.drawn = now
    this.due = Infinity
    const { told, stale, words, options } = this
    const thanks = now < this.thanksUntil
    const buyers = told?.buyers ?? []
    const again = this.ticker.look(stale ? [] : buyers, now, now + (this.link?.offset ?? 0))
    const turns = this.pages.look(buyers, now)
    this.view.draw({
      card: cardOf(told, { stale, thanks, you: this.you }, words, options.lang),
      just: stale ? undefined : this.ticker.shown,
      board: this.pages.shown,
      minute: buyers.length > PAGE ? buyers.length + (told?.more ?? 0) : 0,
      debug: options.debug ? this.trouble() : '',
    })
    if (thanks) this.drawSoon(this.thanksUntil - now)
    if (again !== undefined) this.drawSoon(again - now)
    if (turns && (options.layout === 'board' || options.layout === 'full')) this.drawSoon(this.pages.due - now)
  }

  private trouble(): string {
    if (this.refused) return this.words.badKey
    const state = this.link?.state
    if (state === 'offline' || state === 'slow') return this.words.offline
    if (this.told === undefined) return this.options.demo ? '' : this.words.connecting
    return this.told.offer === undefined || this.told.state === 'draft' ? this.words.nothing : ''
  }
}

window.addEventListener('hashchange', () => location.reload())
const air = document.querySelector('main')
if (air !== null) new OnAir(air)
