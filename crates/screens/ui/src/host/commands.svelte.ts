// What a host does: each intent sent under one key until it is answered, and undone for six seconds.

import type { Offer } from '../wire'
import { insist, Problem, freshKey, type Call } from './api'

export const UNDO_MS = 6_000

export interface Intent {
  /** What it is about: a second one waits for the first. */
  about: string
  call: Call
  done?: (answer: unknown) => void
  /** For a conflict: what was wanted, in words. */
  wanted?: string
}

export interface Undo {
  text: string
  until: number
  undo: () => void
}

/** So many that are sent when the bar goes. */
interface Waiting {
  count: number
  send: () => void
}

export class Commands {
  /** What is being sent, and which try it is. */
  sending: Record<string, number> = $state({})
  failed: { intent: Intent; code: string; detail: string } | undefined = $state.raw()
  conflict: { intent: Intent; current: Offer } | undefined = $state.raw()
  signedOut = $state(false)
  undo: Undo | undefined = $state.raw()
  said = $state('')

  private undoTimer = 0
  private waits: Waiting | undefined

  /** True while something about this has no answer yet. */
  busy(about: string): boolean {
    return this.sending[about] !== undefined
  }

  get anyBusy(): boolean {
    return Object.keys(this.sending).length > 0
  }

  /** The most tries that something on its way has needed. */
  get tries(): number {
    return Math.max(0, ...Object.values(this.sending))
  }

  async run(intent: Intent): Promise<void> {
    if (this.busy(intent.about)) return
    const keyed = { ...intent, call: { ...intent.call, key: intent.call.key ?? freshKey() } }
    this.sending[intent.about] = 0
    this.failed = undefined
    try {
      const answer = await insist(keyed.call, (tries) => (this.sending[intent.about] = tries))
      delete this.sending[intent.about]
      intent.done?.(answer)
    } catch (error) {
      delete this.sending[intent.about]
      this.wrong(keyed, error)
    }
  }

  private wrong(intent: Intent, error: unknown): void {
    if (!(error instanceof Problem)) {
      this.failed = { intent, code: 'no_answer', detail: '' }
    } else if (error.status === 401) {
      this.signedOut = true
    } else if (error.code === 'stale' && error.current !== undefined) {
      this.conflict = { intent, current: error.current as Offer }
    } else {
      this.failed = { intent, code: error.code, detail: error.detail }
    }
  }

  /** The same again, under the same key: what got through counts once. */
  retry(): void {
    const intent = this.failed?.intent
    this.failed = undefined
    if (intent !== undefined) void this.run(intent)
  }

  /** Said once more, knowing what stands there now: a new intent. */
  overwrite(): void {
    const conflict = this.conflict
    this.conflict = undefined
    if (conflict === undefined) return
    const { key: _, ...call } = conflict.intent.call
    void this.run({ ...conflict.intent, call: { ...call, version: conflict.current.version } })
  }

  /** Shows the bar for six seconds. */
  offerUndo(text: string, undo: () => void): void {
    this.settle()
    this.show(text, undo)
  }

  /**
   * The same for what is sent only when they are over, or something else is done: what waits already
   * waits on under the same bar.
   */
  delay(count: number, text: (count: number) => string, undo: () => void, send: () => void): void {
    const [before, bar] = [this.waits, this.undo]
    this.waits = undefined
    this.settle()
    const first = (one: (() => void) | undefined, other: () => void) => () => {
      one?.()
      other()
    }
    this.waits = { count: count + (before?.count ?? 0), send: first(before?.send, send) }
    this.show(text(this.waits.count), first(before && bar?.undo, undo))
  }

  takeBack(): void {
    const undo = this.undo
    this.waits = undefined
    this.settle()
    undo?.undo()
  }

  private show(text: string, undo: () => void): void {
    this.undo = { text, until: Date.now() + UNDO_MS, undo }
    this.undoTimer = window.setTimeout(() => this.settle(), UNDO_MS)
  }

  private settle(): void {
    window.clearTimeout(this.undoTimer)
    const { waits } = this
    this.waits = undefined
    this.undo = undefined
    waits?.send()
  }
}
