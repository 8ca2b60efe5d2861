// How figures of operators are written.

import { decimal } from '../format'
import type { Lang } from '../format'

/** `< 1 ms`, `12 ms`, `1,2 giây`, `26 giờ`. */
export function duration(seconds: number, lang: Lang): string {
  if (seconds < 0.001) return '< 1 ms'
  if (seconds < 1) return `${decimal(Math.round(seconds * 1000), lang)} ms`
  if (seconds >= 7200) return `${decimal(Math.round(seconds / 3600), lang)} ${lang === 'vi' ? 'giờ' : 'h'}`
  return `${decimal(Math.round(seconds * 10) / 10, lang)} ${lang === 'vi' ? 'giây' : 's'}`
}

/** `3,1%`. */
export function percent(share: number, lang: Lang): string {
  return `${decimal(Math.round(share * 1000) / 10, lang)}%`
}

/** One decimal below a hundred. */
export function rate(figure: number, lang: Lang): string {
  return decimal(figure < 100 ? Math.round(figure * 10) / 10 : Math.round(figure), lang)
}

/** A finding's figure in its unit. */
export function inUnit(figure: number, unit: string, lang: Lang): string {
  if (unit === 'seconds') return duration(figure, lang)
  if (unit === 'share') return percent(figure, lang)
  if (unit === 'bytes') return `${decimal(Math.round(figure / 1048576), lang)} MB`
  return decimal(figure, lang)
}
