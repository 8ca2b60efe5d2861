// What is said on the viewer's socket, as far as this page reads it.

import type { Money } from '../format'

export interface Position {
  epoch: number
  seq: number
}

export interface StockOffer {
  code: string
  left: number
  price: Money
  open: boolean
  pinned: boolean
}

export interface Line {
  code: string
  held: number
  waitlisted: number
  position_in_line?: number
}

export interface Order {
  order: string
  state: 'held' | 'confirmed' | 'paid' | 'cancelled' | 'expired'
  lines: Line[]
  total: Money
  hold_until?: string
  undo_until?: string
  page?: string
  position: Position
}

export interface Outcome {
  key: string
  result: string
  reason?: string
  lines: Line[]
  order?: string
  hold_until?: string
  position: Position
  receipt: string
}

export type Frame =
  | {
      type: 'welcome'
      state: string
      offers: StockOffer[]
      orders: Order[]
      position: Position
    }
  | { type: 'stock'; state: string; offers: StockOffer[]; position: Position }
  | ({ type: 'order' } & Order)
  | ({ type: 'outcome' } & Outcome)
  | { type: 'error'; code: string; key?: string }

export type Said =
  | { type: 'claim'; key: string; lines: { code: string; variant?: string[]; quantity: number }[] }
  | { type: 'comment'; key: string; text: string }
  | { type: 'extend'; key: string; order: string }
