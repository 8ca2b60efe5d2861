// What the console's socket and the host's calls say, as TypeScript sees it.

import type { Money } from '../format'

export interface Position {
  epoch: number
  seq: number
}

export type SessionState = 'draft' | 'live' | 'paused' | 'ended' | 'archived'

export interface SessionPart {
  title: string
  state: SessionState
  settle: 'cod' | 'prepay'
  controller?: { name: string; mine: boolean }
}

export interface OfferPart {
  code: string
  name: string
  unit: string
  step: number
  price: Money
  left: number
  stock: number
  held: number
  sold: number
  waiting: number
  open: boolean
  pinned: boolean
  version: number
  limit_per_buyer?: number
}

export interface NumbersPart {
  orders: number
  revenue: Money
  settled: number
  settled_amount: Money
  unsettled: number
  unsettled_amount: Money
  comments: number
  comments_per_minute: number
  waiting: number
}

export type Result =
  | 'held'
  | 'partial'
  | 'waitlisted'
  | 'cancelled'
  | 'refused'
  | 'review'
  | 'noted'
  | 'error'

export interface OutcomeLine {
  code: string
  held: number
  waitlisted: number
  position_in_line?: number
}

export interface FeedRow {
  id: string
  at: string
  buyer_name?: string
  text?: string
  result: Result
  reason?: string
  lines?: OutcomeLine[]
  order?: string
  review?: string
}

export interface Wanted {
  code: string
  quantity: number
}

export interface ReviewCard {
  review: string
  buyer_name?: string
  text?: string
  at: string
}

/** Cards that read the same; the first card stands for all of them. */
export interface ReviewGroup {
  count: number
  reason: string
  about?: string
  suggestion?: Wanted[]
  cards: ReviewCard[]
}

export type OrderState = 'held' | 'confirmed' | 'paid' | 'cancelled' | 'expired'

export interface OrderLine extends OutcomeLine {
  variant?: (string | null)[]
  price: Money
}

export interface Order {
  order: string
  buyer?: string
  buyer_name?: string
  state: OrderState
  lines: OrderLine[]
  delivery_fee?: Money
  total: Money
  hold_until?: string
  undo_until?: string
  position: Position
}

export interface Place {
  code: string
  order: string
  buyer_name?: string
  quantity: number
  position_in_line: number
}

/** Each part is a whole state, and is left out while it is as it was. */
export interface ConsoleFrame {
  type: 'console'
  position: Position
  now: string
  session?: SessionPart
  offers?: OfferPart[]
  numbers?: NumbersPart
  feed?: FeedRow[]
  reviews?: { open: number; groups: ReviewGroup[] }
  holds?: { open: number; orders: Order[] }
  waiting?: { total: number; places: Place[] }
  missed?: { comments: number; orders: number }
}

/** One session in `GET /v1/sessions`. */
export interface Listed {
  session: string
  title: string
  state: SessionState
  offers: number
  orders: number
}

/** One line of a pasted list as the server read it. */
export interface PreparedLine {
  line: number
  text: string
  offer?: OfferTerms
  asked: boolean
  error?: string
  detail?: string
  detail_en?: string
}

/** An offer as its maker writes it. */
export interface OfferTerms {
  code: string
  name: string
  price: Money
  unit: string
  step: number
  stock: number
}

export interface StateSum {
  state: OrderState
  orders: number
  goods: Money
  delivery: Money
  total: Money
}

export interface OfferSum {
  code: string
  stock: number
  free: number
  held: number
  sold: number
  taken: number
  waiting: number
}

export interface StockOut {
  code: string
  name: string
  at: string
  lost: number
  lost_amount: Money
}

export interface Summary {
  session: string
  claims: number
  reviews: number
  orders: StateSum[]
  offers: OfferSum[]
  total: Money
  balanced: boolean
  unpaid?: Order[]
  unpaid_orders?: number
  stock_outs?: StockOut[]
  comments?: number
  unrecognised?: number
}

export interface Outcome {
  result: Result
  reason?: string
  lines?: OutcomeLine[]
  order?: string
}

export interface PastedLine {
  line: number
  buyer_name?: string
  text: string
  repeated: boolean
  outcome?: Outcome
  error?: string
}

export interface Pasted {
  lines: PastedLine[]
  counted: number
  repeated: number
  failed: number
}
