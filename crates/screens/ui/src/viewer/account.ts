// An order that was placed by a comment elsewhere comes to this page: the buyer types a code there.

import { left } from '../format'
import { lang } from '../words'
import { make, say, show } from './make'
import { post } from './post'
import { refusal, type Told } from './told'
import { sayTold } from './offers'
import { word } from './words'

export class Account {
  private readonly ask = make('button', { type: 'button' }, word('askLink'))
  private readonly box = make('p', { class: 'account' })
  private readonly code = make('strong', { 'data-chot': 'code' })
  private readonly rest = make('span', { class: 'muted' })
  private readonly told = make('p', { role: 'status', class: 'told' })
  private until = 0

  constructor(
    at: Element,
    private readonly session: string,
    private readonly token: () => string,
    private readonly now: () => number,
  ) {
    this.box.append(word('typeCode'), ' ', this.code, ' ', this.rest)
    this.box.hidden = true
    const live = make('div', { role: 'status' }, this.box)
    at.append(make('section', { class: 'link-account' }, this.ask, live, this.told))
    this.ask.addEventListener('click', () => void this.draw())
  }

  tick(): void {
    if (this.until === 0) return
    const now = this.now()
    if (this.until > now) say(this.rest, left(this.until - now, lang()))
    else this.end({ text: word('codeEnded'), bad: false })
  }

  /** The account is this page's buyer from now on. */
  linked(): void {
    this.end({ text: word('linked'), bad: false })
  }

  private end(told: Told): void {
    this.until = 0
    show(this.box, false)
    sayTold(this.told, told)
  }

  private async draw(): Promise<void> {
    try {
      const ask = JSON.stringify({ buyer_token: this.token() })
      const response = await post(`/v1/sessions/${this.session}/links`, ask)
      const answer = (await response.json()) as Record<string, string>
      if (!response.ok) {
        this.end(refusal(answer['code'] ?? ''))
        return
      }
      sayTold(this.told, { text: '', bad: false })
      say(this.code, `#${answer['code'] ?? ''}`)
      this.until = Date.parse(answer['until'] ?? '')
      show(this.box, true)
      this.tick()
    } catch {
      this.end({ text: word('notNow'), bad: true })
    }
  }
}
