// The page's own SHA-256 against the standard's vectors, and a claim's place against the chain's rule.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { source } from './house/source.mjs'

const { hex, sha256 } = await source('order/sha256.ts')
const { check } = await source('order/receipt.ts')

const bytes = (text) => new Uint8Array(Buffer.from(text))

test('the vectors of the standard come out', () => {
  const vectors = {
    '': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    abc: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq:
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ['a'.repeat(1_000_000)]: 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
  }
  for (const [text, expected] of Object.entries(vectors)) assert.equal(hex(sha256(bytes(text))), expected)
})

test('every length around a block is padded as it should be', () => {
  for (let length = 0; length <= 200; length += 1) {
    const message = Uint8Array.from({ length }, (_, index) => (index * 37) % 256)
    assert.equal(hex(sha256(message)), createHash('sha256').update(message).digest('hex'), `${length}`)
  }
})

/** A claim as the ledger would hold it: `claim_held` with a number and an order. */
function receipt(change = {}) {
  const inner = [0x08, 1, 0x12, 3, 9, 9, 9, 0x30, 0xac, 0x02, 0x38, 7, 0x48, 0x80, 0xd0, 0xac, 0xf3, 0x8e, 0x34]
  const frame = Buffer.from([0x32, inner.length, ...inner])
  const [epoch, seq, at] = [2, 9, '2026-11-23T13:05:09.123Z']
  const prev = 'ab'.repeat(32)
  const numbers = Buffer.alloc(24)
  for (const [index, number] of [epoch, seq, Date.parse(at)].entries()) {
    numbers.writeBigUInt64BE(BigInt(number), index * 8)
  }
  const hash = createHash('sha256').update(Buffer.from(prev, 'hex')).update(numbers).update(frame).digest('hex')
  return { number: 300, codes: ['D1'], at, epoch, seq, prev, hash, frame: frame.toString('base64'), ...change }
}

test('number and order are read from the frame, and the chain is computed anew', () => {
  assert.deepEqual(check(receipt()), { number: 300, order: 7, isInChain: true })
})

test('whatever is changed is no longer in the chain', () => {
  const changes = [{ epoch: 3 }, { seq: 8 }, { at: '2026-11-23T13:05:09.124Z' }, { prev: 'ac'.repeat(32) }, { hash: '00'.repeat(32) }]
  for (const change of changes) {
    assert.equal(check(receipt(change)).isInChain, false, JSON.stringify(change))
  }
  const frame = Buffer.from(receipt().frame, 'base64')
  frame[8] ^= 1
  assert.equal(check(receipt({ frame: frame.toString('base64') })).isInChain, false)
})

test('a frame that ends in the middle is refused', () => {
  assert.throws(() => check(receipt({ frame: Buffer.from([0x32, 0x05, 0x30]).toString('base64') })))
})
