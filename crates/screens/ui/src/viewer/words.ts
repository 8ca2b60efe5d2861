// The words of the viewer's pages, in the language that the page was written in.

import type { VI } from './vi'

export type Texts = Record<keyof typeof VI, string>

let texts: Record<string, string> = {}
/** How the shop addresses its buyers. */
let you = ''

export function speak(these: Texts): void {
  texts = these
  you = document.querySelector('main')?.dataset['you'] ?? ''
}

/** Refusals that are told in the words of another. */
const SAME: Record<string, string> = {
  bad_quantity: 'off_step',
  offer_closed: 'unknown_code',
  session_archived: 'session_ended',
  name_too_long: 'bad_name',
  missing_field: 'bad_name',
}

/** A text; where it says ‹bạn› or ‹Bạn›, it says how the shop addresses its buyers. */
export function word(id: string): string {
  return (texts[id] ?? '').replace(/‹.ạn›/g, (mark) =>
    mark[1] === 'b' ? you : you.charAt(0).toUpperCase() + you.slice(1),
  )
}

/** Why something was refused; empty if there are no words for it. */
export function why(reason: string | undefined): string {
  return reason === undefined ? '' : word(`why.${SAME[reason] ?? reason}`)
}
