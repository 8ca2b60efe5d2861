// A call to this server, with JSON or as a form would make it, that does not wait for ever.

const ANSWER_MS = 10_000

export function post(path: string, body: string | URLSearchParams): Promise<Response> {
  const stop = new AbortController()
  window.setTimeout(() => stop.abort(), ANSWER_MS)
  const headers: HeadersInit = typeof body === 'string' ? { 'content-type': 'application/json' } : {}
  return fetch(path, { method: 'POST', headers, body, signal: stop.signal })
}
