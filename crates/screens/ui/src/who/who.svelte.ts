// Who is signed in on this device: asked again and again while somebody looks at the page.

import { call, Problem, prove } from '../host/api'
import type { Act, Me } from '../wire'

const LOOK_MS = 5_000

class Who {
  /** As the server has it; none before it has said so. */
  me: Me | undefined = $state.raw()
  signedOut = $state(false)
  /** When it was last asked. */
  now = $state(Date.now())

  private watching = 0
  private timer = 0

  /** Whether this may be done. Before that is known it is offered: the server refuses anyway. */
  may(act: Act): boolean {
    return this.me?.may?.includes(act) ?? true
  }

  /** Looks from time to time, as long as the page is seen; what it answers ends that. */
  watch(): () => void {
    this.watching += 1
    if (this.watching === 1) {
      document.addEventListener('visibilitychange', this.woken)
      this.timer = window.setInterval(this.woken, LOOK_MS)
      void this.look()
    }
    return () => {
      this.watching -= 1
      if (this.watching > 0) return
      window.clearInterval(this.timer)
      document.removeEventListener('visibilitychange', this.woken)
    }
  }

  async look(): Promise<void> {
    try {
      this.me = await call<Me>({ method: 'GET', path: '/v1/me' })
      this.signedOut = false
    } catch (error) {
      // Without an answer everything is as it was.
      if (error instanceof Problem && error.status === 401) this.signedOut = true
    }
    this.now = Date.now()
  }

  /** True once nothing asks for proof: asks for it now where something would. */
  async proved(): Promise<boolean> {
    await this.look()
    return this.me?.proved_until !== undefined || prove()
  }

  private readonly woken = (): void => {
    if (document.visibilityState === 'visible') void this.look()
  }
}

export const who = new Who()

/** Whole minutes that are left. */
export function minutesTo(until: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(until) - now) / 60_000))
}
