// Where other devices find this machine: a laptop that changes its network has another address.

import type { Me } from '../wire'
import { call } from './api'

const LOOK_MS = 5_000

export class Network {
  /** The addresses as they are now, in one text. */
  addresses = $state('')
  /** They are others than when this page was opened. */
  moved = $state(false)

  /** Looks from time to time; what it answers ends that. */
  watch(): () => void {
    let first: string | undefined
    const look = (): void => {
      call<Me>({ method: 'GET', path: '/v1/me' }).then(
        (me) => {
          this.addresses = (me.addresses ?? []).join(' ')
          first ??= this.addresses
          if (this.addresses !== first && this.addresses !== '') {
            first = this.addresses
            this.moved = true
          }
        },
        () => undefined,
      )
    }
    look()
    const timer = window.setInterval(look, LOOK_MS)
    return () => window.clearInterval(timer)
  }
}
