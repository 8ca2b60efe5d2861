// What is said on the viewer's socket, as far as this page says and reads it.

import type { ClientFrame, ServerFrame } from '../wire'

export type { Order, Outcome, OutcomeLine, Position, StockOffer } from '../wire'

export type Frame = Exclude<ServerFrame, { type: 'pong' }>

export type Said = Extract<ClientFrame, { type: 'claim' | 'comment' | 'extend' }>

export type Refusal = Extract<ServerFrame, { type: 'error' }>
