// The six plots: which figures, in which colours and dashes. No two lines of a plot differ by
// colour alone.

import type { OpsPoint } from '../wire'
import type { Words } from './words'

export interface Line {
  label: keyof Words
  stroke: string
  dash: number[]
  scale: 'y' | 'right'
  value: (point: OpsPoint) => number | null
}

export interface PlotKind {
  name: string
  title: keyof Words
  log: boolean
  lines: Line[]
}

const COLOURS = ['#0b6fbf', '#d55e00', '#009e73', '#8e5ea2'] as const
const DASHES: readonly number[][] = [[], [8, 4], [2, 3], [10, 3, 2, 3]]
const OVERLOADED = new Set(['busy', 'disk_low', 'rate_limited', 'internal', 'stopping'])

function line(
  at: 0 | 1 | 2 | 3,
  label: keyof Words,
  value: (point: OpsPoint) => number | undefined,
  scale: 'y' | 'right' = 'y',
): Line {
  const dash = DASHES[at] ?? []
  return { label, stroke: COLOURS[at], dash, scale, value: (point) => value(point) ?? null }
}

function rejected(point: OpsPoint, counts: (reason: string) => boolean): number {
  const counted = (point.rejected ?? []).filter(({ reason }) => counts(reason))
  return counted.reduce((sum, { per_second }) => sum + per_second, 0)
}

/** On a scale of powers nothing is zero: below a millisecond nobody has measured. */
const ms = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : Math.max(0.5, seconds * 1000)

export const PLOTS: readonly PlotKind[] = [
  {
    name: 'orders',
    title: 'orders_plot',
    log: false,
    lines: [
      line(0, 'accepted', (p) => p.accepted),
      line(1, 'sold_out', (p) => rejected(p, (reason) => reason === 'sold_out')),
      line(2, 'overloaded', (p) => rejected(p, (reason) => OVERLOADED.has(reason))),
      line(3, 'other', (p) =>
        rejected(p, (reason) => reason !== 'sold_out' && !OVERLOADED.has(reason)),
      ),
    ],
  },
  {
    name: 'ack',
    title: 'ack_plot',
    log: true,
    lines: [
      line(0, 'p50', (p) => ms(p.ack_p50_seconds)),
      line(1, 'p99', (p) => ms(p.ack_p99_seconds)),
      line(3, 'p999', (p) => ms(p.ack_p999_seconds)),
    ],
  },
  {
    name: 'connections',
    title: 'conn_plot',
    log: false,
    lines: [
      line(0, 'open', (p) => p.connections),
      line(2, 'connects', (p) => p.connects, 'right'),
      line(1, 'disconnects', (p) => p.disconnects, 'right'),
    ],
  },
  {
    name: 'lag',
    title: 'lag_plot',
    log: false,
    lines: [
      line(0, 'lag_seconds', (p) => p.lag_seconds),
      line(1, 'queue', (p) => p.queue_requests, 'right'),
    ],
  },
  {
    name: 'messages',
    title: 'fan_plot',
    log: false,
    lines: [
      line(0, 'messages', (p) => p.messages),
      line(1, 'drops', (p) => p.slow_drops, 'right'),
    ],
  },
  {
    name: 'machine',
    title: 'machine_plot',
    log: false,
    lines: [
      line(0, 'cpu', (p) => (p.cpu_cores === undefined ? undefined : p.cpu_cores * 100)),
      line(2, 'memory', (p) => (p.memory_bytes === undefined ? undefined : p.memory_bytes / 1048576), 'right'),
    ],
  },
]
