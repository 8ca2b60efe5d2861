// "Ai trước?": which number the order was, and how this page knows.

import { clockSeconds } from '../format'
import { fill as filled } from '../words'
import { keptReceipt } from '../viewer/keep'
import { fill, make } from '../viewer/make'
import { check, type Receipt } from './receipt'
import { word } from '../viewer/words'

export class Proof {
  private readonly ask = make('button', { type: 'button' }, word('who'))
  private readonly told = make('div', { role: 'status', 'data-chot': 'receipt' })

  constructor(
    at: Element,
    private readonly address: string,
  ) {
    at.append(make('section', { class: 'proof' }, this.ask, this.told))
    this.ask.addEventListener('click', () => void this.show())
  }

  private async show(): Promise<void> {
    try {
      const response = await fetch(`/o/${this.address}/receipts`)
      if (!response.ok) throw new Error(String(response.status))
      const { receipts } = (await response.json()) as { receipts: Receipt[] }
      const told = receipts.map((receipt) => this.one(receipt))
      const none = make('p', {}, word('noReceipt'))
      fill(this.told, ...(told.length > 0 ? told : [none]))
    } catch {
      fill(this.told, make('p', {}, word('notNow')))
    }
  }

  private one(receipt: Receipt): HTMLElement {
    const [order = ''] = this.address.split('.')
    const kept = keptReceipt(`${order}:${receipt.epoch}.${receipt.seq}`)
    const isRight = agrees(receipt, order, kept)
    const at = Date.parse(receipt.at)
    const t = `${clockSeconds(at)}.${String(at % 1_000).padStart(3, '0')}`
    const said = [filled(word('youWere'), { n: receipt.number, t })]
    if (isRight) said.push(word('proved'), word(kept === undefined ? 'notKept' : 'provedKept'))
    else said.push(word('wrong'))
    const about = make('p', {}, `${receipt.codes.join(', ')}: ${said.join(' ')}`)
    if (!isRight) about.className = 'complaint'
    const hash = make('p', { class: 'muted' }, word('receipt'), ' ', make('code', {}, receipt.hash))
    return make('div', { 'data-right': String(isRight) }, about, hash)
  }
}

/** The chain holds this frame, it says this number of this order, and it is what we were given. */
function agrees(receipt: Receipt, order: string, kept: string | undefined): boolean {
  try {
    const { number, order: of, isInChain } = check(receipt)
    const isOurs = number === receipt.number && order.endsWith(`-o${of ?? ''}`)
    return isInChain && isOurs && (kept === undefined || kept === receipt.hash)
  } catch {
    return false
  }
}
