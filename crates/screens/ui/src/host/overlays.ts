// The addresses of a session's overlays: how one looks is said in front of its key.

import type { NewOverlay, OverlayKey, Overlays } from '../wire'
import { call, freshKey } from './api'

export const LAYOUTS = ['card', 'bar', 'ticker', 'board', 'full'] as const
export type Layout = (typeof LAYOUTS)[number]

const path = (session: string): string => `/v1/sessions/${encodeURIComponent(session)}/overlays`

export function make(session: string, layout: Layout): Promise<NewOverlay> {
  return call<NewOverlay>({ method: 'POST', path: `${path(session)}?layout=${layout}`, body: {}, key: freshKey() })
}

export async function list(session: string): Promise<OverlayKey[]> {
  return (await call<Overlays>({ method: 'GET', path: path(session) })).overlays
}

export function revoke(session: string, overlay: string): Promise<unknown> {
  return call({ method: 'DELETE', path: `${path(session)}/${overlay}` })
}

/** The same address for another look. */
export function looking(address: string, layout: Layout): string {
  const url = new URL(address)
  url.searchParams.set('layout', layout)
  return url.href
}
