// The words of the host's pages: filled before a page is drawn, so it loads one language only.

import type { VI } from './vi'

export type Words = Record<keyof typeof VI, string>

export const words = {} as Words
