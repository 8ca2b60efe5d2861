// What this browser keeps. It may keep nothing or lose it all: nothing here ever fails.

type Where = 'localStorage' | 'sessionStorage'

export function kept(where: Where, name: string): unknown {
  try {
    return JSON.parse(window[where].getItem(name) ?? 'null') as unknown
  } catch {
    return null
  }
}

export function keep(where: Where, name: string, value: unknown): void {
  try {
    window[where].setItem(name, JSON.stringify(value))
  } catch {
    // Then it is not kept.
  }
}

/** Who this browser is for one shop. */
export interface Who {
  token?: string
  name?: string
}

export function whoIs(shop: string): Who {
  const who = kept('localStorage', `chot:${shop}`)
  return typeof who === 'object' && who !== null ? (who as Who) : {}
}

/** Also as a cookie, so that the page finds its buyer without this script. */
export function keepWho(shop: string, who: Who): void {
  keep('localStorage', `chot:${shop}`, who)
  try {
    document.cookie = `chot-buyer=${who.token ?? ''}; Path=/v/; Max-Age=31536000; SameSite=Lax`
  } catch {
    // Then there is none.
  }
}

const RECEIPTS_MAX = 100

/** What a claim's answer said of its place in the ledger. */
type Kept = [place: string, receipt: string]

function receipts(): Kept[] {
  const list = kept('localStorage', 'chot:receipts')
  return Array.isArray(list) ? (list as Kept[]) : []
}

export function keepReceipt(place: string, receipt: string): void {
  const others = receipts().filter(([known]) => known !== place)
  keep('localStorage', 'chot:receipts', [...others, [place, receipt]].slice(-RECEIPTS_MAX))
}

export function keptReceipt(place: string): string | undefined {
  return receipts().find(([known]) => known === place)?.[1]
}
