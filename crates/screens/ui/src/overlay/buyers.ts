// Who ordered: the newest for the ticker, and pages for the board on which everybody comes by.

import type { Lang } from '../format'
import type { OverlayBuyer } from '../wire'
import { fill } from '../words'
import { withUnit } from './card'
import type { Words } from './words'

/** Lines of the board. */
export const PAGE = 12
/** How long a page is read. */
export const TURN_MS = 5_000
/** How long one buyer stays in the ticker at least, and at most. */
export const TICK_MS = 2_000
export const TICKED_MS = 8_000

export const nameOf = (buyer: OverlayBuyer, words: Words): string =>
  buyer.name ?? fill(words.somebody, { n: buyer.number })

/** `3 A1, 1,5 kg D1`: what they got; what they wait for where they got nothing. */
export function whatOf(buyer: OverlayBuyer, lang: Lang): string {
  const got = buyer.lines.some((line) => line.held > 0)
  const lines = buyer.lines.filter((line) => !got || line.held > 0)
  return lines.map((line) => `${withUnit(got ? line.held : line.waitlisted, line.unit, lang)} ${line.code}`).join(', ')
}

export const hasGot = (buyer: OverlayBuyer): boolean => buyer.result !== 'waitlisted'

/**
 * The board's page. While it cannot hold everybody, pages go by in the order in which people came,
 * so that newcomers, who stand at the end, push nobody past the page that comes next.
 */
export class Pages {
  shown: OverlayBuyer[] = []
  /** The number up to which everybody was shown in this round. */
  private upTo = 0
  private turned = 0

  /** Looks at the newest state, the latest buyer first; true if another page is to come later. */
  look(buyers: OverlayBuyer[], now: number): boolean {
    if (buyers.length <= PAGE) {
      this.shown = buyers
      this.upTo = buyers[0]?.number ?? 0
      this.turned = 0
      return false
    }
    if (now - this.turned >= TURN_MS) this.turn([...buyers].reverse(), now)
    return true
  }

  /** When the next page is due. */
  get due(): number {
    return this.turned + TURN_MS
  }

  private turn(inOrder: OverlayBuyer[], now: number): void {
    let next = inOrder.findIndex((buyer) => buyer.number > this.upTo)
    if (next === -1) next = 0
    // The last page is a full one.
    const page = inOrder.slice(Math.min(next, inOrder.length - PAGE)).slice(0, PAGE)
    this.upTo = page.at(-1)?.number ?? 0
    this.turned = now
    this.shown = page.reverse()
  }
}

/** The newest buyer, each for a while. */
export class Ticker {
  shown: OverlayBuyer | undefined
  private seen = 0
  private since = 0

  /** Looks at the newest state; when to look again, if ever. */
  look(buyers: OverlayBuyer[], now: number, serverNow: number): number | undefined {
    const newest = buyers[0]
    const age = newest === undefined ? Infinity : serverNow - Date.parse(newest.at)
    if (newest !== undefined && newest.number > this.seen && age < TICKED_MS) {
      if (this.shown !== undefined && now - this.since < TICK_MS) return this.since + TICK_MS
      this.shown = newest
      this.seen = newest.number
      this.since = now
    }
    if (this.shown === undefined) return undefined
    if (now - this.since < TICKED_MS) return this.since + TICKED_MS
    this.shown = undefined
    return undefined
  }
}
