// The words of the page of people: filled before it is drawn, so it loads one language only.

import type { Duty, Role } from '../wire'
import type { VI } from './vi'

export type PeopleWords = Record<keyof typeof VI, string>

export const words = {} as PeopleWords

/** What a role, or a duty for the installation, may and may not, in one sentence. */
export function mayOf(role: Exclude<Role, 'assistant'> | Exclude<Duty, 'none' | 'helper'>): string {
  return words[`may_${role}`]
}
