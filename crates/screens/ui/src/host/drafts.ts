// Offers while they are being written: from a pasted list, an earlier session, or by hand.

import type { Offer, OfferTerms, PreparedLine } from '../wire'

export interface Draft {
  /** Its own for as long as the page is open. */
  id: number
  code: string
  name: string
  amount: number | undefined
  /** What the price field starts with. */
  priced: string
  asked: boolean
  unit: string
  step: number
  stock: number | undefined
  /** A photo that was chosen, or whose it is: an earlier session, a slash, the code. */
  photo?: Blob | string | undefined
  /** Where this page shows it from. */
  shown?: string | undefined
}

let last = 0

export function blank(codes: string[]): Draft {
  last += 1
  const draft = { id: last, code: freeCode(codes), name: '', amount: undefined, priced: '' }
  return { ...draft, asked: false, unit: 'piece', step: 1, stock: undefined }
}

/** The first of A1, A2 … that nobody has. */
export function freeCode(codes: string[]): string {
  const taken = new Set(codes.map((code) => code.toUpperCase()))
  for (let number = 1; ; number += 1) if (!taken.has(`A${number}`)) return `A${number}`
}

export function ofLine(line: PreparedLine): Draft | undefined {
  const offer = line.offer
  if (offer === undefined) return undefined
  last += 1
  const { code, name, price, unit, step, stock } = offer
  const asked = line.asked
  const priced = String(asked ? price.amount / 1000 : price.amount)
  const amount = asked ? undefined : price.amount
  return { id: last, code, name, amount, priced, asked, unit, step: step ?? 1, stock }
}

/** What is left of an earlier session's offer is what the new one has. */
export function ofOffer(offer: Offer, session: string): Draft {
  last += 1
  const { code, name, price, unit, step, left } = offer
  const priced = String(price.amount)
  const draft = { id: last, code, name, amount: price.amount, priced, asked: false, unit, step }
  if (offer.thumb === undefined) return { ...draft, stock: left }
  return { ...draft, stock: left, photo: `${session}/${code}`, shown: offer.thumb }
}

/** What still has to be corrected; none: it can be sold. */
export function faults(draft: Draft, all: Draft[]): ('code' | 'name' | 'price' | 'stock')[] {
  const same = all.filter((other) => other.code.toUpperCase() === draft.code.toUpperCase())
  const wrong: ('code' | 'name' | 'price' | 'stock')[] = []
  if (draft.code === '' || /\s/.test(draft.code) || same.length > 1) wrong.push('code')
  if (draft.name.trim() === '') wrong.push('name')
  if (draft.amount === undefined) wrong.push('price')
  if (typeof draft.stock !== 'number' || !(draft.stock >= 0)) wrong.push('stock')
  return wrong
}

export function terms(draft: Draft): OfferTerms {
  const { code, unit, step } = draft
  const price = { amount: draft.amount ?? 0, currency: 'VND' }
  return { code, name: draft.name.trim(), price, unit, step, stock: draft.stock ?? 0 }
}
