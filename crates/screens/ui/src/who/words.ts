// Who somebody is and what they may do, in words that the console and the page of people share:
// filled before a page is drawn, so it loads one language only.

import type { Duty, Role } from '../wire'
import { fill } from '../words'
import type { VI } from './vi'

export type WhoWords = Record<keyof typeof VI, string>

export const words = {} as WhoWords

/** What somebody is called in a role, or in a duty for the installation. */
export function roleName(role: Role | Duty): string {
  return words[`role_${role}`]
}

/** Why somebody in this role may not. */
export function cannot(role: Role | undefined): string {
  return fill(words.cannot, { role: roleName(role ?? 'none') })
}

/** What an error means to somebody who did not write it; empty for one that has no words here. */
export function why(code: string): string {
  return (words as Record<string, string>)[`why_${code}`] ?? ''
}
