// What was measured, by its second. A second that is not there is a gap and stays one.

import type { Ops, OpsHistory, OpsPoint } from '../wire'

export interface Window {
  minutes: number
  everySeconds: 1 | 10
}

export const WINDOWS: readonly [Window, Window, Window] = [
  { minutes: 5, everySeconds: 1 },
  { minutes: 15, everySeconds: 1 },
  { minutes: 60, everySeconds: 10 },
]

/** From `from` to `to`, in milliseconds, nothing was measured. */
export interface Gap {
  from: number
  to: number
}

/** Points of a window, oldest first; `null` where nothing was measured. */
export interface Stretch {
  start: number
  end: number
  times: number[]
  points: (OpsPoint | null)[]
  gaps: Gap[]
}

export class Past {
  private readonly rings = new Map<number, Map<number, OpsPoint>>([
    [1, new Map()],
    [10, new Map()],
  ])

  history(history: OpsHistory): void {
    for (const point of history.points) this.add(history.every_seconds, point)
  }

  now(ops: Ops): void {
    if (ops.point !== undefined) this.add(1, ops.point)
    if (ops.ten !== undefined) this.add(10, ops.ten)
    this.forget(Date.parse(ops.now))
  }

  /** The last minutes up to `end`, with a `null` in every gap. */
  stretch(window: Window, end: number): Stretch {
    const start = end - window.minutes * 60_000
    const every = window.everySeconds * 1000
    const ring = this.rings.get(window.everySeconds) ?? new Map<number, OpsPoint>()
    const inside = [...ring].filter(([at]) => at >= start && at <= end)
    inside.sort(([a], [b]) => a - b)
    const stretch: Stretch = { start, end, times: [], points: [], gaps: [] }
    let last: number | undefined
    for (const [at, point] of inside) {
      // A second may come late; two of them missing were not measured.
      if (last !== undefined && at - last > 2.5 * every) {
        stretch.gaps.push({ from: last, to: at })
        stretch.times.push(last + every)
        stretch.points.push(null)
      }
      stretch.times.push(at)
      stretch.points.push(point)
      last = at
    }
    return stretch
  }

  private add(every: number, point: OpsPoint): void {
    this.rings.get(every)?.set(Date.parse(point.at), point)
  }

  private forget(now: number): void {
    for (const [every, ring] of this.rings) {
      const oldest = now - (every === 1 ? 15 : 60) * 60_000
      for (const at of ring.keys()) if (at < oldest) ring.delete(at)
    }
  }
}
