// Where other devices find this machine: a laptop that changes its network has another address.

import { who } from '../who/who.svelte'

export class Network {
  /** The addresses as they are now, in one text. */
  addresses = $derived((who.me?.addresses ?? []).join(' '))
  /** They are others than when this page was opened. */
  moved = $state(false)

  private first: string | undefined

  /** To be told of every new address. */
  compare(addresses: string): void {
    if (who.me === undefined) return
    this.first ??= addresses
    if (addresses !== this.first && addresses !== '') {
      this.first = addresses
      this.moved = true
    }
  }
}
