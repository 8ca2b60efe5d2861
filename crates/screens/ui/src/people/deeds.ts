// What somebody did, in a sentence that needs no manual.

import type { Deed, Member } from '../wire'
import { fill, lang } from '../words'
import acts from './acts.json'
import { deviceName } from './device'
import { words } from './words'

const ACTS: Record<string, string[]> = acts

/** Acts whose address begins with a person's number. */
const OF_A_PERSON = ['role_changed', 'let_go', 'assist_answered', 'assist_ended']

/** The act in words. One that has none yet stands as the server named it. */
export function actWords(act: string): string {
  return ACTS[act]?.[lang() === 'vi' ? 0 : 1] ?? act
}

/** By whom: somebody who is here, was here, or a program. */
export function byWhom(who: string): string {
  if (who === '') return words.program
  return who.startsWith('#') ? fill(words.gone, { n: who.slice(1) }) : who
}

/** To what: only where people know it by that. */
export function about({ act, subject }: Deed, people: Member[]): string {
  if (act === 'signed_in') return deviceName(subject)
  const [first = ''] = subject.split('/')
  if (OF_A_PERSON.includes(act)) {
    return people.find(({ person }) => String(person) === first)?.name ?? byWhom(`#${first}`)
  }
  const order = /-o(\d+)/.exec(subject)?.[1]
  if (order !== undefined) return fill(words.orderN, { n: order })
  const session = /-s(\d+)(?:\/([A-Z]+\d+))?/.exec(subject)
  if (session === null) return ''
  const code = session[2] === undefined ? '' : ` · ${session[2]}`
  return fill(words.sessionN, { n: session[1] ?? '' }) + code
}
