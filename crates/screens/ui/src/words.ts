// Which language this page speaks: the server wrote it into <html lang>.

import type { Lang } from './format'

export function lang(): Lang {
  return document.documentElement.lang === 'en' ? 'en' : 'vi'
}

/** Fills `{name}` in a text. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
