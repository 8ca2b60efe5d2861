// Facts as short sentences: the same words wherever they are shown.

import { decimal, money, quantity } from '../format'
import type { ConsoleOffer, FeedItem, Money, Order, OutcomeLine, ReviewGroup, WantedLine } from '../wire'
import { fill, lang } from '../words'
import { words, type Words } from './words'

const LANG = lang()

export function amountOf(figure: number, unit?: string): string {
  return quantity(figure, unit, LANG)
}

/** Pieces are only counted, where no `×` makes sense: `còn 37`, `còn 12,5 kg`. */
export function leftOf(figure: number, unit: string): string {
  return unit === 'piece' ? plain(figure) : amountOf(figure, unit)
}

export function plain(figure: number): string {
  return decimal(figure, LANG)
}

export function moneyOf(value: Money): string {
  return money(value, LANG)
}

/** `D1 ×3 · D2 0,5 kg`. */
export function linesOf(lines: OutcomeLine[], offers: ConsoleOffer[]): string {
  return lines
    .map((line) => {
      const unit = offers.find((offer) => offer.code === line.code)?.unit
      const all = line.held + line.waitlisted
      return `[${line.code}] ${amountOf(all, unit)}`
    })
    .join(' · ')
}

export function wantedOf(lines: WantedLine[], offers: ConsoleOffer[]): string {
  return lines
    .map((line) => {
      const unit = offers.find((offer) => offer.code === line.code)?.unit
      return `[${line.code}] ${amountOf(line.quantity, unit)}`
    })
    .join(' · ')
}

/** What came of a comment: a sign, its words, and which chip they stand in. */
export function outcomeOf(row: FeedItem, offers: ConsoleOffer[]): { text: string; chip: string } {
  const what = linesOf(row.lines ?? [], offers)
  switch (row.result) {
    case 'held':
      return { text: `✓ ${what}`, chip: 'ok' }
    case 'partial':
      return { text: `◐ ${what} · ${words.partial}`, chip: 'info' }
    case 'waitlisted': {
      const place = row.lines?.[0]?.position_in_line
      const line = place === undefined ? words.waitlisted : fill(words.place, { n: place })
      return { text: `… ${what} · ${line}`, chip: 'info' }
    }
    case 'review':
      return { text: `? ${reasonOf(row.reason)}`, chip: 'warn' }
    case 'cancelled':
      return { text: `↩ ${words.cancelled} ${what}`, chip: '' }
    case 'refused':
      return { text: `✕ ${words.refused}: ${reasonOf(row.reason)}`, chip: 'warn' }
    case 'noted':
      return { text: row.reason === 'repeated' ? words.repeat : '', chip: '' }
    case 'error':
      return { text: `✕ ${words.error}: ${row.reason ?? ''}`, chip: 'warn' }
  }
}

/** Reasons that are told in the words of another text. */
const SAME: Record<string, keyof Words> = {
  unknown_code: 'unknownCode',
  doubtful: 'recheck',
  repeated: 'repeat',
}

export function reasonOf(reason: string | undefined): string {
  if (reason === undefined) return words.recheck
  return (words as Record<string, string>)[SAME[reason] ?? `reason_${reason}`] ?? reason
}

export function groupOf(group: ReviewGroup): string {
  const about = group.about
  if (about !== undefined && about !== '') return fill(words.unknownAbout, { about })
  return reasonOf(group.reason)
}

export function orderLines(order: Order, offers: ConsoleOffer[]): string {
  return linesOf(order.lines, offers)
}

/** For finding a name: small letters without marks, as people type them in a hurry. */
export function plainWords(text: string): string {
  return text.trim().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd')
}
