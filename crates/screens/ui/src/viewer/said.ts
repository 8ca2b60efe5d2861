// The words that this page said, and what came of each.

import { make } from './make'
import { sayTold } from './offers'
import type { Told } from './told'

/** More scroll away. */
const SHOWN_MAX = 5

export class SaidList {
  private readonly list = make('div', { role: 'log', class: 'said' })
  private readonly rows = new Map<string, HTMLElement>()

  constructor(at: Element) {
    at.after(this.list)
  }

  tell(key: string, text: string, told: Told): void {
    let row = this.rows.get(key)
    if (row === undefined) {
      const answer = make('span')
      const said = text === '' ? [] : [make('q', {}, text), ' ']
      row = answer
      this.rows.set(key, row)
      this.list.append(make('p', {}, ...said, answer))
      while (this.list.childElementCount > SHOWN_MAX) this.list.firstElementChild?.remove()
    }
    sayTold(row, told)
  }
}
