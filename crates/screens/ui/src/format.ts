// Money, quantities and times, written the way people here write them.

import type { Money } from './wire'

export type { Money }
export type Lang = 'vi' | 'en'

const ZONE = 'Asia/Ho_Chi_Minh'

/** `1.250.000 ₫`, as on a bill: a no-break space before the sign. */
export function money(value: Money, lang: Lang): string {
  const separator = lang === 'vi' ? '.' : ','
  const sign = value.currency === 'VND' ? '₫' : value.currency
  return `${grouped(value.amount, separator)}\u00a0${sign}`
}

/** `340 k`, `1,25 tr`, `2,4 tỷ`: on tiles and plots, never on a bill. */
export function shortMoney(amount: number, lang: Lang): string {
  const steps: [number, string, string][] = [
    [1e9, 'tỷ', 'B'],
    [1e6, 'tr', 'M'],
    [1e3, 'k', 'k'],
  ]
  for (const [size, vi, en] of steps) {
    if (Math.abs(amount) >= size) {
      const figure = decimal(Math.round((amount / size) * 100) / 100, lang)
      return lang === 'vi' ? `${figure} ${vi}` : `${figure}${en}`
    }
  }
  return grouped(amount, lang === 'vi' ? '.' : ',')
}

/** `0,5 kg`, `×3`: pieces have no unit. */
export function quantity(figure: number, unit: string | undefined, lang: Lang): string {
  if (unit === undefined || unit === 'piece') return `×${decimal(figure, lang)}`
  return `${decimal(figure, lang)} ${unit}`
}

/** At most three decimals, with the language's comma or point. */
export function decimal(figure: number, lang: Lang): string {
  const text = String(Math.round(figure * 1000) / 1000)
  const [whole = '0', rest] = text.split('.')
  const start = grouped(Number(whole), lang === 'vi' ? '.' : ',')
  const sign = figure < 0 && whole === '-0' ? '-' : ''
  if (rest === undefined) return start
  return `${sign}${start}${lang === 'vi' ? ',' : '.'}${rest}`
}

function grouped(figure: number, separator: string): string {
  const digits = String(Math.trunc(Math.abs(figure)))
  const groups = digits.replace(/\B(?=(\d{3})+(?!\d))/g, separator)
  return figure < 0 ? `-${groups}` : groups
}

/** `20:05`, in the shop's zone. */
export function clock(at: number): string {
  return part(at, { hour: '2-digit', minute: '2-digit' })
}

/** `20:05:09`, in the shop's zone. */
export function clockSeconds(at: number): string {
  return part(at, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
}

function part(at: number, fields: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', { ...fields, hour12: false, timeZone: ZONE }).format(at)
}

/** `20:05 23/11/2026`; never month first. */
export function dateAndTime(at: number, lang: Lang): string {
  const fields: Intl.DateTimeFormatOptions =
    lang === 'vi'
      ? { day: '2-digit', month: '2-digit', year: 'numeric', timeZone: ZONE }
      : { day: 'numeric', month: 'short', year: 'numeric', timeZone: ZONE }
  return `${clock(at)} ${new Intl.DateTimeFormat('en-GB', fields).format(at)}`
}

/** Time left: `04:59`, in the last minute `còn 59 giây`, over an hour `11 giờ 58`. */
export function left(ms: number, lang: Lang): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  if (seconds < 60) return lang === 'vi' ? `còn ${seconds} giây` : `${seconds} s left`
  const two = (figure: number) => String(figure).padStart(2, '0')
  if (seconds < 3600) return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  return lang === 'vi' ? `${hours} giờ ${two(minutes)}` : `${hours} h ${two(minutes)}`
}

/** How old a figure is: `vừa xong`, `12 giây trước`, `3 phút trước`. */
export function age(ms: number, lang: Lang): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds < 2) return lang === 'vi' ? 'vừa xong' : 'just now'
  if (seconds < 60) return lang === 'vi' ? `${seconds} giây trước` : `${seconds} s ago`
  const minutes = Math.floor(seconds / 60)
  return lang === 'vi' ? `${minutes} phút trước` : `${minutes} min ago`
}
