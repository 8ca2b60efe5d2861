// What an overlay's address says: the key behind the #, which no server and no log sees, and how the page is to look.

import type { Lang } from '../format'

const LAYOUTS = ['card', 'bar', 'ticker', 'board', 'full'] as const
const SAFE = ['tiktok', 'none'] as const
const THEMES = ['green', 'dark', 'light'] as const

export interface Options {
  session: string
  key: string
  layout: (typeof LAYOUTS)[number]
  /** Which part of the picture nothing else covers. */
  safe: (typeof SAFE)[number]
  theme: (typeof THEMES)[number]
  lang: Lang
  /** False: nothing fades. */
  motion: boolean
  /** True: says what is wrong, for whoever sets the page up. */
  debug: boolean
  /** True: shows invented figures, for placing the page in a scene. */
  demo: boolean
}

export function optionsOf(address: URL): Options {
  const query = address.searchParams
  const one = <Word extends string>(name: string, words: readonly Word[], otherwise: Word): Word =>
    words.find((word) => word === query.get(name)) ?? otherwise
  const is = (name: string, word: string): boolean => query.get(name) === word
  return {
    session: address.pathname.split('/').at(-1) ?? '',
    key: address.hash.slice(1),
    layout: one('layout', LAYOUTS, 'card'),
    safe: one('safe', SAFE, 'tiktok'),
    theme: one('theme', THEMES, 'green'),
    lang: one('lang', ['vi', 'en'], 'vi'),
    motion: !is('motion', '0'),
    debug: is('debug', '1'),
    demo: is('demo', '1'),
  }
}
