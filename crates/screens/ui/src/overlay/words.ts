// What is said on air, in both languages: a text that is missing does not compile.

import type { Lang } from '../format'

const vi = {
  call: 'Gõ {code} để chốt',
  /** A bare number in a comment may mean anything. */
  callNumber: 'Gõ “mã {code}” để chốt',
  left: 'Còn {n}',
  soldOut: 'HẾT HÀNG',
  soldOutWait: 'HẾT HÀNG – bình luận để vào danh sách chờ',
  none: 'Hết hàng',
  paused: 'Tạm dừng nhận đơn',
  closed: 'Món này tạm ngừng nhận đơn',
  thanks: 'Cảm ơn {you}!',
  just: ' vừa chốt {what}',
  waits: ' vào danh sách chờ {what}',
  somebody: 'Khách số {n}',
  board: 'Vừa chốt',
  waiting: 'chờ {what}',
  minute: '{n} đơn trong phút qua',
  sample: 'DỮ LIỆU THỬ',
  badKey: 'Khoá của lớp phủ không mở được phiên này. Tạo khoá mới ở trang của shop.',
  offline: 'Mất kết nối với máy chủ, đang nối lại…',
  connecting: 'Đang kết nối…',
  nothing: 'Đã kết nối. Chưa ghim món nào, hoặc phiên chưa bắt đầu.',
}

const en: typeof vi = {
  call: 'Type {code} to order',
  callNumber: 'Type “mã {code}” to order',
  left: '{n} left',
  soldOut: 'SOLD OUT',
  soldOutWait: 'SOLD OUT – comment to join the waitlist',
  none: 'Sold out',
  paused: 'Orders are paused',
  closed: 'No orders for this one now',
  thanks: 'Thank you!',
  just: ' just ordered {what}',
  waits: ' waits for {what}',
  somebody: 'Buyer no. {n}',
  board: 'Just ordered',
  waiting: 'waits: {what}',
  minute: '{n} orders in the last minute',
  sample: 'SAMPLE DATA',
  badKey: 'This key does not open the session’s overlay. Make another one on the host’s page.',
  offline: 'Offline, reconnecting…',
  connecting: 'Connecting…',
  nothing: 'Connected. Nothing is pinned, or the session has not begun.',
}

export type Words = typeof vi

export function wordsOf(lang: Lang): Words {
  return lang === 'vi' ? vi : en
}
