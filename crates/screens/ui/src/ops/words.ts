// The words of the operator's page: filled before it is drawn, so it loads one language only.

import type { VI } from './vi'

export type Words = Record<keyof typeof VI, string>

export const words = {} as Words

/** A text whose key came over the wire; what is unknown here is shown as it is. */
export function told(prefix: string, key: string): string {
  return (words as Record<string, string>)[`${prefix}_${key}`] ?? key
}
