// Prices as people type them: 45k, 45.000, 1tr2. A bare 45 is asked about, never guessed.

import type { Lang } from '../format'

export interface ReadPrice {
  amount: number
  /** Below 1.000 ₫ nobody sells: did they mean thousands? */
  asked: boolean
}

const THOUSAND = 'k|ng|ngh[iì]n|ng[aà]n'
const MILLION = 'tr|triệu|trieu|m'

/** `undefined`: no price can be seen in it. */
export function readPrice(text: string): ReadPrice | undefined {
  const typed = text.normalize('NFC').toLowerCase().replace(/[\s\u00a0]|₫|đ$|vnd$/g, '')
  const millions = new RegExp(`^(\\d+)(?:[.,](\\d{1,3}))?(?:${MILLION})(\\d{0,3})$`).exec(typed)
  if (millions) return known(scaled(millions[1], millions[2] ?? millions[3], 1e6))
  const thousands = new RegExp(`^(\\d+)(?:[.,](\\d{1,3}))?(?:${THOUSAND})(\\d?)$`).exec(typed)
  if (thousands) return known(scaled(thousands[1], thousands[2] ?? thousands[3], 1e3))
  if (/^\d{1,3}([.,]\d{3})+$/.test(typed)) return known(Number(typed.replace(/[.,]/g, '')))
  if (/^\d{1,12}$/.test(typed)) return known(Number(typed))
  return undefined
}

/** `1tr2` is 1.200.000: what follows counts as decimals. */
function scaled(whole: string | undefined, decimals: string | undefined, size: number): number {
  const rest = decimals === undefined || decimals === '' ? 0 : Number(`0.${decimals}`)
  return Math.round((Number(whole) + rest) * size)
}

function known(amount: number): ReadPrice | undefined {
  if (!Number.isSafeInteger(amount) || amount > 1e12) return undefined
  return { amount, asked: amount > 0 && amount < 1000 }
}

/** `bốn mươi lăm nghìn đồng`: a wrong zero is heard before it is sold. */
export function inWords(amount: number, lang: Lang): string {
  const say = lang === 'vi' ? sayVi : sayEn
  const scales = lang === 'vi' ? SCALES_VI : SCALES_EN
  if (amount === 0) return lang === 'vi' ? 'không đồng' : 'zero đồng'
  const parts: string[] = []
  let first = true
  for (const [size, word] of scales) {
    const group = Math.floor(amount / size) % 1000
    if (group === 0) continue
    parts.push(`${say(group, first)} ${word}`.trim())
    first = false
  }
  return `${parts.join(' ')} đồng`
}

const SCALES_VI: [number, string][] = [
  [1e12, 'nghìn tỷ'],
  [1e9, 'tỷ'],
  [1e6, 'triệu'],
  [1e3, 'nghìn'],
  [1, ''],
]
const SCALES_EN: [number, string][] = [
  [1e12, 'trillion'],
  [1e9, 'billion'],
  [1e6, 'million'],
  [1e3, 'thousand'],
  [1, ''],
]
const DIGITS = 'không một hai ba bốn năm sáu bảy tám chín'.split(' ')

function sayVi(group: number, first: boolean): string {
  const [hundreds, tens, ones] = [Math.floor(group / 100), Math.floor(group / 10) % 10, group % 10]
  const words: string[] = []
  if (hundreds > 0 || !first) words.push(`${DIGITS[hundreds]} trăm`)
  if (tens === 0 && ones > 0 && words.length > 0) words.push('lẻ')
  if (tens === 1) words.push('mười')
  if (tens > 1) words.push(`${DIGITS[tens]} mươi`)
  if (ones === 1 && tens > 1) words.push('mốt')
  else if (ones === 5 && tens > 0) words.push('lăm')
  else if (ones > 0) words.push(DIGITS[ones] ?? '')
  return words.join(' ')
}

const SMALL = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen ' +
  'fifteen sixteen seventeen eighteen nineteen'
).split(' ')
const TENS = '- - twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')

function sayEn(group: number): string {
  const [hundreds, rest] = [Math.floor(group / 100), group % 100]
  const words = hundreds > 0 ? [`${SMALL[hundreds]} hundred`] : []
  if (rest > 0 && rest < 20) words.push(SMALL[rest] ?? '')
  if (rest >= 20) {
    const ones = rest % 10
    words.push(ones > 0 ? `${TENS[Math.floor(rest / 10)]}-${SMALL[ones]}` : TENS[rest / 10] ?? '')
  }
  return words.join(' ')
}
