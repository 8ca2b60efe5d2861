// What the card says: a pure function of the last state, and of how old it is.

import { decimal, type Lang, money } from '../format'
import type { Overlay, OverlayOffer } from '../wire'
import { fill } from '../words'
import type { Words } from './words'

export interface Card {
  mood: 'open' | 'soldOut' | 'paused' | 'closed' | 'thanks'
  code: string
  name: string
  price: string
  /** Empty where it is not known well enough to say it on air. */
  left: string
  value: number | undefined
  percent: number | undefined
  say: string
}

export interface Known {
  /** Nothing was heard for so long that the figure may be wrong. */
  stale: boolean
  /** The session has just ended under our eyes. */
  thanks: boolean
  /** How the shop addresses its buyers. */
  you: string
}

/** None: there is nothing to be said, and nothing is shown. */
export function cardOf(told: Overlay | undefined, known: Known, words: Words, lang: Lang): Card | undefined {
  if (told === undefined) return undefined
  if (told.state === 'ended' && known.thanks) {
    const nothing = { code: '', name: '', price: '', left: '', value: undefined, percent: undefined }
    return { ...nothing, mood: 'thanks', say: fill(words.thanks, { you: known.you }) }
  }
  const { offer } = told
  if (offer === undefined || (told.state !== 'live' && told.state !== 'paused')) return undefined
  const mood = moodOf(told, offer, known)
  const shows = { code: offer.code, name: offer.name, price: priceOf(offer, lang), mood, say: sayOf(mood, offer, words) }
  if (known.stale) return { ...shows, left: '', value: undefined, percent: undefined }
  const left = offer.left === 0 ? words.none : fill(words.left, { n: decimal(offer.left, lang) })
  return { ...shows, left, value: offer.left, percent: offer.left_percent }
}

function moodOf(told: Overlay, offer: OverlayOffer, { stale }: Known): Card['mood'] {
  if (told.state === 'paused') return 'paused'
  if (!offer.open) return 'closed'
  return offer.left === 0 && !stale ? 'soldOut' : 'open'
}

function sayOf(mood: Card['mood'], offer: OverlayOffer, words: Words): string {
  if (mood === 'soldOut') return offer.waitlist ? words.soldOutWait : words.soldOut
  if (mood === 'paused' || mood === 'closed') return words[mood]
  return fill(/^\d+$/.test(offer.code) ? words.callNumber : words.call, { code: offer.code })
}

function priceOf(offer: OverlayOffer, lang: Lang): string {
  const most = offer.price_to
  const price = most === undefined ? money(offer.price, lang) : `${decimal(offer.price.amount, lang)} – ${money(most, lang)}`
  return offer.unit === 'piece' ? price : `${price}/${offer.unit}`
}

/** `3`, `1,5 kg`: pieces have no unit. */
export function withUnit(figure: number, unit: string, lang: Lang): string {
  return unit === 'piece' || unit === '' ? decimal(figure, lang) : `${decimal(figure, lang)} ${unit}`
}
