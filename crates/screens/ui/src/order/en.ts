// The same in English.

import type { PROOF_VI } from './vi'

export const PROOF_EN: Record<keyof typeof PROOF_VI, string> = {
  who: 'Who was first?',
  youWere: 'You were number {n} of the session, at {t}.',
  proved: 'This page checked it by itself: right.',
  provedKept: 'It is the receipt that this device kept.',
  notKept: 'This device kept no receipt of its own.',
  wrong: 'It does not match! Keep a picture of this page and ask the shop.',
  receipt: 'Receipt:',
  noReceipt: 'This order has no number.',
}
