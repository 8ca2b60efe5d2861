// Days as people say them.

import { lang } from '../words'

const ZONE = 'Asia/Ho_Chi_Minh'
const LANG = lang()
const written = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  day: LANG === 'vi' ? '2-digit' : 'numeric',
  month: LANG === 'vi' ? '2-digit' : 'short',
  year: 'numeric',
})

/** True on the day that it is now, in the shop's zone. */
export function isToday(at: string): boolean {
  return written.format(Date.parse(at)) === written.format(Date.now())
}

/** `hôm nay`, `22/11/2026`. */
export function day(at: string): string {
  if (isToday(at)) return LANG === 'vi' ? 'hôm nay' : 'today'
  return written.format(Date.parse(at))
}
