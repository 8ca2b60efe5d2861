// Single letters for a laptop, with a switch; never while somebody types.

import { play } from './sounds'
import type { Desk } from './desk.svelte'
import type { Feed } from './feed'

export function onKey(event: KeyboardEvent, desk: Desk, feed: Feed | undefined): void {
  const target = event.target as HTMLElement
  if (!desk.switches.keys || event.ctrlKey || event.metaKey || event.altKey) return
  if (target.closest('input, textarea, select, dialog') !== null) return
  if (act(event.key, event.shiftKey, desk, feed)) event.preventDefault()
}

function act(key: string, shift: boolean, desk: Desk, feed: Feed | undefined): boolean {
  const pinned = desk.session.pinned
  switch (key.toLowerCase()) {
    case 'j':
    case 'k':
      feed?.step(key.toLowerCase() === 'j' ? 1 : -1)
      return true
    case 'x':
      return ignoreCurrent(desk, feed)
    case 'p':
      if (desk.forbids('sell') !== '') return false
      if (shift) desk.sheet = { kind: 'pin' }
      else if (desk.closedControl === '' && !desk.session.over) desk.pinNext()
      return true
    case 'r':
      if (desk.forbids('sell') !== '') return false
      if (pinned !== undefined) desk.sheet = { kind: 'restock', code: pinned.code }
      return true
    case 'h':
      desk.tab = 'orders'
      return true
    case 'z':
      desk.commands.takeBack()
      return true
    case '/':
      if (desk.forbids('order') !== '') return false
      desk.sheet = { kind: 'staff' }
      return true
    case '?':
      desk.sheet = { kind: 'settings' }
      return true
    default:
      return false
  }
}

function ignoreCurrent(desk: Desk, feed: Feed | undefined): boolean {
  const review = feed?.current()?.review
  const group = desk.session.groups.find((one) => one.cards.some((card) => card.review === review))
  if (group === undefined || desk.closed !== '' || desk.forbids('order') !== '') return false
  desk.ignore(group)
  return true
}

/** The cue of a lost connection, once per loss. */
export function lostCue(desk: Desk): void {
  if (desk.session.link === 'offline' && desk.session.heard > 0) play('lost', desk.switches)
}
