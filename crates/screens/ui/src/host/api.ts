// Calls of a signed-in host. One intent has one key, however often it is sent.

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly current?: unknown,
    readonly retryAfterMs?: number,
  ) {
    super(code)
  }
}

export interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  path: string
  /** Sent as JSON; a file as it is. */
  body?: object
  key?: string
  /** The offer's version that the intent was formed on. */
  version?: number
  /** Its answer is made while it is waited for. */
  long?: boolean
}

const TRY_MS = 8_000
/** A photo over a weak network, or something that a disk works on. */
const TRY_LONG_MS = 60_000

/** Made once per intent; works without a secure context. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Asks whoever sits here to show who they are; false if they would not. */
let prover: () => Promise<boolean> = () => Promise.resolve(false)

/** The page says how that is asked. */
export function proveWith(ask: () => Promise<boolean>): void {
  prover = ask
}

export function prove(): Promise<boolean> {
  return prover()
}

/**
 * Answers the JSON, or throws a Problem; throws a TypeError where nothing came back. What takes
 * proof asks for it and is sent once more.
 */
export async function call<Answer>(what: Call): Promise<Answer> {
  try {
    return await once<Answer>(what)
  } catch (error) {
    const asks = error instanceof Problem && error.code === 'proof_needed'
    if (!asks || !(await prover())) throw error
    return once<Answer>(what)
  }
}

async function once<Answer>(what: Call): Promise<Answer> {
  const headers: Record<string, string> = {}
  const init: RequestInit = { method: what.method, headers }
  const isFile = what.body instanceof Blob
  if (what.body instanceof Blob) {
    headers['content-type'] = what.body.type
    init.body = what.body
  } else if (what.body !== undefined) {
    headers['content-type'] = 'application/json'
    init.body = JSON.stringify(what.body)
  }
  if (what.key !== undefined) headers['idempotency-key'] = what.key
  if (what.version !== undefined) headers['if-match'] = `"${what.version}"`
  const abort = new AbortController()
  const timer = window.setTimeout(() => abort.abort(), isFile || what.long === true ? TRY_LONG_MS : TRY_MS)
  try {
    const response = await fetch(what.path, { ...init, signal: abort.signal })
    const answer: unknown = await response.json().catch(() => ({}))
    if (response.ok) return answer as Answer
    throw problem(response, answer as Record<string, unknown>)
  } finally {
    window.clearTimeout(timer)
  }
}

function problem(response: Response, answer: Record<string, unknown>): Problem {
  const code = typeof answer['code'] === 'string' ? answer['code'] : String(response.status)
  const detail = typeof answer['detail'] === 'string' ? answer['detail'] : ''
  const after = answer['retry_after_ms']
  const wait = typeof after === 'number' ? after : undefined
  return new Problem(response.status, code, detail, answer['current'], wait)
}

/** Sends until something is answered; `tries` counts what got lost. */
export async function insist<Answer>(what: Call, lost: (tries: number) => void): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call<Answer>(what)
    } catch (error) {
      const passing = error instanceof Problem ? error.status === 429 || error.status === 503 : true
      if (!passing || tries >= 5) throw error
      lost(tries)
      const wait = error instanceof Problem ? error.retryAfterMs : undefined
      await pause(wait ?? 400 * 2 ** tries)
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, ms))
}
