// A claim's place in the ledger, checked here: nothing of it is believed that can be computed.
//
//   hash = SHA-256(prev ‖ epoch ‖ seq ‖ at_ms ‖ frame), numbers as 64 bits, big-endian
//
// The frame is one journaled event. It names its buyer and network by random references only.

import { hex, sha256 } from './sha256'

export interface Receipt {
  number: number
  codes: string[]
  at: string
  epoch: number
  seq: number
  prev: string
  hash: string
  frame: string
}

/** What the frame itself says, and whether it is the one that the chain holds. */
export interface Checked {
  number: number | undefined
  order: number | undefined
  isInChain: boolean
}

export function check(receipt: Receipt): Checked {
  const frame = bytes(receipt.frame)
  const chained = new Uint8Array(32 + 24 + frame.length)
  chained.set(unhex(receipt.prev))
  const view = new DataView(chained.buffer)
  const numbers = [receipt.epoch, receipt.seq, Date.parse(receipt.at)]
  numbers.forEach((number, index) => {
    view.setUint32(32 + index * 8, Math.floor(number / 2 ** 32))
    view.setUint32(36 + index * 8, number % 2 ** 32)
  })
  chained.set(frame, 56)
  const { number, order } = claim(frame)
  return { number, order, isInChain: hex(sha256(chained)) === receipt.hash }
}

/** `claim_held`, `claim_waitlisted`, `claim_refused` of `chot.journal.v1.Event`. */
const CLAIMS = [6, 7, 8]
const NUMBER = 6
const ORDER = 7

function claim(frame: Uint8Array): { number: number | undefined; order: number | undefined } {
  const event = fields(frame)
  const found = CLAIMS.map((field) => event.get(field)).find((value) => value !== undefined)
  const inner = found instanceof Uint8Array ? fields(found) : new Map<number, unknown>()
  const number = inner.get(NUMBER)
  const order = inner.get(ORDER)
  return {
    number: typeof number === 'number' ? number : undefined,
    order: typeof order === 'number' ? order : undefined,
  }
}

/** The fields of a protobuf message by number: varints as numbers, the others as their bytes. */
function fields(message: Uint8Array): Map<number, number | Uint8Array> {
  const found = new Map<number, number | Uint8Array>()
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at]
      if (byte === undefined) throw new Error('it ends in the middle')
      at += 1
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  while (at < message.length) {
    const tag = varint()
    const kind = tag % 8
    if (kind === 0) {
      found.set(Math.floor(tag / 8), varint())
      continue
    }
    const length = kind === 2 ? varint() : kind === 1 ? 8 : 4
    found.set(Math.floor(tag / 8), message.subarray(at, at + length))
    at += length
  }
  return found
}

function bytes(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
}

function unhex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
