// SHA-256 (FIPS 180-4) in plain TypeScript: on plain HTTP a browser has no `crypto.subtle`.

/** First 32 bits of the fractions of the first 64 primes' roots, as the standard says. */
const [ROUND, START] = constants()

function constants(): [Uint32Array, Uint32Array] {
  const round = new Uint32Array(64)
  const start = new Uint32Array(8)
  const fraction = (root: number) => (root - Math.floor(root)) * 2 ** 32
  let count = 0
  for (let n = 2; count < 64; n += 1) {
    let isPrime = true
    for (let d = 2; d * d <= n; d += 1) if (n % d === 0) isPrime = false
    if (!isPrime) continue
    if (count < 8) start[count] = fraction(Math.sqrt(n))
    round[count] = fraction(Math.cbrt(n))
    count += 1
  }
  return [round, start]
}

const at = (list: Uint32Array, index: number): number => list[index] as number
const turn = (x: number, by: number): number => (x >>> by) | (x << (32 - by))

export function sha256(message: Uint8Array): Uint8Array {
  const padded = new Uint8Array((((message.length + 8) >> 6) + 1) << 6)
  padded.set(message)
  padded[message.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, Math.floor(message.length / 2 ** 29))
  view.setUint32(padded.length - 4, message.length << 3)
  const state = Uint32Array.from(START)
  for (let block = 0; block < padded.length; block += 64) mix(state, view, block)
  const digest = new DataView(new ArrayBuffer(32))
  state.forEach((word, index) => digest.setUint32(index * 4, word))
  return new Uint8Array(digest.buffer)
}

function mix(state: Uint32Array, view: DataView, block: number): void {
  const w = new Uint32Array(64)
  for (let t = 0; t < 64; t += 1) {
    if (t < 16) {
      w[t] = view.getUint32(block + t * 4)
      continue
    }
    const [early, late] = [at(w, t - 15), at(w, t - 2)]
    const s0 = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)
    const s1 = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10)
    w[t] = at(w, t - 16) + s0 + at(w, t - 7) + s1
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [
    number, number, number, number, number, number, number, number,
  ]
  for (let t = 0; t < 64; t += 1) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)
    const one = (h + s1 + ((e & f) ^ (~e & g)) + at(ROUND, t) + at(w, t)) | 0
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0]
  }
  ;[a, b, c, d, e, f, g, h].forEach((x, index) => (state[index] = at(state, index) + x))
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
