// The words of the viewer's pages, in the language that the page was written in.

import type { VI } from './vi'

export type Texts = Record<keyof typeof VI, string>

let texts: Record<string, string> = {}

export function speak(these: Texts): void {
  texts = these
}

/** Refusals that are told in the words of another. */
const SAME: Record<string, string> = {
  bad_quantity: 'off_step',
  offer_closed: 'unknown_code',
  session_archived: 'session_ended',
  name_too_long: 'bad_name',
  missing_field: 'bad_name',
}

export function word(id: string): string {
  return texts[id] ?? ''
}

/** Why something was refused; empty if there are no words for it. */
export function why(reason: string | undefined): string {
  return reason === undefined ? '' : word(`why.${SAME[reason] ?? reason}`)
}
