// How the page is connected, and how old its figures are.

import { age } from '../format'
import { fill, lang } from '../words'
import { make, say, show } from './make'
import { word } from './words'

export type Shown = 'live' | 'slow' | 'offline' | 'ended'

const ICONS: Record<Shown, string> = { live: '●', slow: '▲', offline: '▲', ended: '■' }

export class Bar {
  private readonly icon = make('span', { 'aria-hidden': 'true' })
  private readonly link = make('span', { 'data-chot': 'link' })
  private readonly age = make('p', { class: 'muted', 'data-chot': 'age' })

  /** Below this element. */
  constructor(at: Element) {
    const line = make('p', { role: 'status', class: 'link' }, this.icon, ' ', this.link)
    at.after(line, this.age)
    this.show('offline', word('connecting'), 0)
  }

  show(state: Shown, text: string, ageMs: number): void {
    this.link.dataset['state'] = state
    say(this.icon, ICONS[state])
    say(this.link, text)
    const isOld = state === 'slow' || state === 'offline'
    show(this.age, isOld)
    this.age.dataset['value'] = String(Math.floor(ageMs / 1_000))
    if (isOld) say(this.age, fill(word('age'), { age: age(ageMs, lang()) }))
  }
}
