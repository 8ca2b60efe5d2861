// What the API says is left, and since when: pages are compared with what was true a moment ago.

import { setTimeout as pause } from 'node:timers/promises'

const LOOK_MS = 20

export class Figures {
  /** Looks again and again until it is stopped; `view` fetches the public view of a session. */
  static async follow(view) {
    const figures = new Figures()
    await figures.look(view)
    figures.ended = figures.keepLooking(view)
    return figures
  }

  /** By code: each value with the first and the last moment at which it can have been true. */
  history = new Map()
  changes = 0
  stopped = false

  async keepLooking(view) {
    while (!this.stopped) {
      await pause(LOOK_MS)
      await this.look(view)
    }
  }

  async look(view) {
    const asked = Date.now()
    const { offers } = await view()
    const answered = Date.now()
    for (const { code, left } of offers) {
      const values = this.history.get(code) ?? []
      const last = values.at(-1)
      if (last !== undefined) last.until = answered
      if (last?.left === left) continue
      if (last !== undefined) this.changes += 1
      values.push({ left, from: asked, until: answered })
      this.history.set(code, values)
    }
  }

  /** True if so much was left at some moment from `since` on. */
  was(code, left, since) {
    const values = this.history.get(code) ?? []
    return values.some((value) => value.left === left && value.until >= since)
  }

  async stop() {
    this.stopped = true
    await this.ended
  }
}

/** What a page shows as left, by code. */
export function shown(page) {
  return page.locator('[data-chot^="left:"]').evaluateAll((spans) =>
    Object.fromEntries(
      spans.map(({ dataset }) => [dataset.chot.slice('left:'.length), Number(dataset.value)]),
    ),
  )
}

/**
 * What a page shows that was not true in the last `late` milliseconds; empty if it is right. A page
 * that shows what was true between two of our looks has as long to show something we know.
 */
export async function stale(page, figures, late) {
  const first = Date.now()
  for (;;) {
    const now = Date.now()
    const told = await shown(page)
    await pause(LOOK_MS)
    const wrong = Object.entries(told).filter(([code, left]) => !figures.was(code, left, now - late))
    if (wrong.length === 0 || now - first > late) {
      if (Object.keys(told).length === 0) return ['the page shows no figure']
      return wrong.map(([code, left]) => `${code}: ${left}`)
    }
  }
}
