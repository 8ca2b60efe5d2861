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
  /** Units that are sold as so many of the unit: a crate of ten kilos. */
  packs: { name: string; size: number | undefined }[]
  limit: number | undefined
  /** Other names that buyers use, with commas between. */
  aliases: string
  /** A photo that was chosen, or whose it is: an earlier session, a slash, the code. */
  photo?: Blob | string | undefined
  /** Where this page shows it from. */
  shown?: string | undefined
}

const PLAIN = { asked: false, unit: 'piece', step: 1, packs: [], limit: undefined, aliases: '' }

let last = 0

export function blank(codes: string[]): Draft {
  last += 1
  const code = freeCode(codes)
  return { ...PLAIN, id: last, code, name: '', amount: undefined, priced: '', stock: undefined, packs: [] }
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
  return { ...PLAIN, id: last, code, name, amount, priced, asked, unit, step: step ?? 1, stock, packs: [] }
}

/** What is left of an earlier session's offer is what the new one has. */
export function ofOffer(offer: Offer, session: string): Draft {
  last += 1
  const { code, name, price, unit, step, left } = offer
  const priced = String(price.amount)
  const packs = Object.entries(offer.packs ?? {}).map(([name, size]) => ({ name, size }))
  const [limit, aliases] = [offer.limit_per_buyer, (offer.aliases ?? []).join(', ')]
  const draft = { ...PLAIN, id: last, code, name, amount: price.amount, priced, unit, step, stock: left, packs, limit, aliases }
  return offer.thumb === undefined ? draft : { ...draft, photo: `${session}/${code}`, shown: offer.thumb }
}

export type Fault = 'code' | 'name' | 'price' | 'stock' | 'unit' | 'packs'

/** What still has to be corrected; none: it can be sold. */
export function faults(draft: Draft, all: Draft[]): Fault[] {
  const same = all.filter((other) => other.code.toUpperCase() === draft.code.toUpperCase())
  const wrong: Fault[] = []
  if (draft.code === '' || /\s/.test(draft.code) || same.length > 1) wrong.push('code')
  if (draft.name.trim() === '') wrong.push('name')
  if (draft.amount === undefined) wrong.push('price')
  if (typeof draft.stock !== 'number' || !(draft.stock >= 0)) wrong.push('stock')
  if (draft.unit.trim() === '') wrong.push('unit')
  const named = draft.packs.map((pack) => pack.name.trim())
  const whole = draft.packs.every((pack) => pack.name.trim() !== '' && (pack.size ?? 0) > 0)
  if (!whole || new Set(named).size < named.length) wrong.push('packs')
  return wrong
}

export function terms(draft: Draft): OfferTerms {
  const { code, step, limit } = draft
  const price = { amount: draft.amount ?? 0, currency: 'VND' }
  const names = draft.aliases.split(',').map((alias) => alias.trim())
  const aliases = names.filter((alias) => alias !== '')
  const packs = Object.fromEntries(draft.packs.map((pack) => [pack.name.trim(), pack.size ?? 1]))
  return {
    code,
    name: draft.name.trim(),
    price,
    unit: draft.unit.trim(),
    step,
    stock: draft.stock ?? 0,
    ...(draft.packs.length > 0 ? { packs } : {}),
    ...(aliases.length > 0 ? { aliases } : {}),
    ...(typeof limit === 'number' ? { limit_per_buyer: limit } : {}),
  }
}
