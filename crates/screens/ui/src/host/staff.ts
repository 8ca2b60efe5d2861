// An order typed as fast as it is said: `lan d1 2`, `cô ba d1 2 a3 0,5`.

import type { ConsoleOffer, WantedLine } from '../wire'

export interface StaffOrder {
  name: string
  lines: WantedLine[]
}

/** The first word that is a code ends the name; a number belongs to the code before it. */
export function readStaff(text: string, offers: ConsoleOffer[]): StaffOrder | undefined {
  const codes = new Map(offers.map((offer) => [offer.code.toLowerCase(), offer.code]))
  const name: string[] = []
  const lines: WantedLine[] = []
  for (const word of text.normalize('NFC').trim().split(/\s+/)) {
    const last = lines[lines.length - 1]
    const figure = /^x?(\d+(?:[.,]\d{1,3})?)$/i.exec(word)?.[1]
    const code = codes.get(word.toLowerCase())
    if (last !== undefined && figure !== undefined && last.quantity === 0) {
      last.quantity = Number(figure.replace(',', '.'))
    } else if (code !== undefined && name.length > 0) {
      lines.push({ code, quantity: 0 })
    } else if (lines.length === 0) {
      name.push(word)
    } else {
      return undefined
    }
  }
  for (const line of lines) if (line.quantity === 0) line.quantity = 1
  return lines.length === 0 || name.length === 0 ? undefined : { name: name.join(' '), lines }
}
