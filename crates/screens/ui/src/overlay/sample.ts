// Invented figures, for placing the page in a scene before the session begins.

import type { Overlay, OverlayBuyer } from '../wire'

const NAMES = ['Lan A••', 'Minh T••', 'Hoa N••', 'Tú Q••', 'Đào T••', 'Sáu B••', 'Hạnh V••', 'Bình P••', 'Ngọc D••', 'Mai L••']

export function sample(now: number): Overlay {
  const buyer = (name: string, at: number): OverlayBuyer => ({
    number: NAMES.length - at,
    name,
    result: 'held',
    lines: [{ code: 'A1', unit: 'kg', held: (at % 3) + 1, waitlisted: 0 }],
    at: new Date(now - at * 4_000).toISOString(),
  })
  const price = { amount: 45_000, currency: 'VND' }
  const left = { left: 37, left_percent: 62 }
  return {
    now: new Date(now).toISOString(),
    state: 'live',
    offer: { code: 'A1', name: 'Cam sành Hàm Yên', unit: 'kg', price, ...left, open: true, waitlist: true },
    buyers: NAMES.map(buyer),
    more: 0,
  }
}
