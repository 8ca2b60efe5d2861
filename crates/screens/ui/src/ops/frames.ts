// What the server says: proto/chot/live/v1/ops.proto in its JSON form.

export type Level = 'ok' | 'warn' | 'bad'

export interface Point {
  at: string
  accepted: number
  rejected?: { reason: string; per_second: number }[]
  ack_p50_seconds?: number
  ack_p99_seconds?: number
  ack_p999_seconds?: number
  connections: number
  connects: number
  disconnects: number
  lag_seconds: number
  lag_events: number
  queue_requests: number
  messages: number
  slow_drops: number
  cpu_cores?: number
  memory_bytes?: number
}

export interface Finding {
  reason: string
  level: Level
  figure: number
  threshold: number
  unit: string
  since: string
  runbook: string
}

export interface Session {
  session: string
  title: string
  shop_name: string
  state: string
  viewers: number
  claims_per_second?: number
  offers: number
  sold_out: number
  reviews?: number
}

export interface Ops {
  type: 'ops'
  now: string
  started: string
  version: string
  level: Level
  since: string
  findings: Finding[]
  point?: Point
  ten?: Point
  tiles: { name: string; level: Level; since: string }[]
  totals: {
    orders_peak: number
    orders: number
    ack_p50_seconds?: number
    ack_p99_seconds?: number
    connections_max: number
    sold_out: number
    sold_out_last?: string
    sold_out_at?: string
    rejects_share?: number
    unrecognised_share?: number
  }
  sessions: Session[]
  sessions_left_out: number
  integrity?: {
    at: string
    ok: boolean
    shops: number
    figures: number
    orders: number
    broken?: string
  }
  events: { at: string; kind: string; subject?: string }[]
}

export interface History {
  type: 'history'
  every_seconds: number
  points: Point[]
}
