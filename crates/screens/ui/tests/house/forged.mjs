// Files that say they are pictures.

import { crc32, deflateSync } from 'node:zlib'

function chunk(kind, bytes) {
  const body = Buffer.concat([Buffer.from(kind), bytes])
  const frame = Buffer.alloc(body.length + 8)
  frame.writeUInt32BE(bytes.length, 0)
  body.copy(frame, 4)
  frame.writeUInt32BE(crc32(body), body.length + 4)
  return frame
}

/** A picture that says it is so large; its pixels are of another size where that is given. */
function png(width, height, [wide, high] = [width, height]) {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const row = Buffer.alloc(1 + wide * 3)
  const pixels = deflateSync(Buffer.concat(Array.from({ length: high }, () => row)))
  const begin = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([begin, chunk('IHDR', head), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))])
}

/** `{ name, bytes, type, taken }`; the last one is a picture with more behind it. */
export function forged() {
  const html = Buffer.from('<html><script>alert(1)</script></html>')
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>')
  const good = png(64, 64)
  const no = (name, bytes, type = 'image/png') => ({ name, bytes, type, taken: false })
  return [
    no('nothing', Buffer.alloc(0)),
    no('a page', html, 'image/jpeg'),
    no('a drawing', svg, 'image/svg+xml'),
    no('a drawing under another name', svg),
    no('a beginning', good.subarray(0, 40)),
    no('half of it', good.subarray(0, good.length - 40)),
    no('larger than any wall', png(60_000, 60_000, [1, 1])),
    no('as large as can be said', png(0xffffffff, 0xffffffff, [1, 1])),
    no('no width', png(0, 10, [1, 1])),
    no('more than it holds', png(3_000, 3_000, [10, 10])),
    no('heavy', Buffer.alloc(32 * 1024 * 1024, 0x41), 'image/jpeg'),
    no('another form', Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1'), 'image/gif'),
    { name: 'a page behind a picture', bytes: Buffer.concat([good, html]), type: 'image/png', taken: true },
  ]
}
