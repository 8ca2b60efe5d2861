// What of a picture is painted: a PNG's alpha channel, read here and not by the browser that drew it.

import { inflateSync } from 'node:zlib'

/** Bytes of each pixel: red, green, blue, alpha. */
const PIXEL = 4

/** An eight-bit RGBA picture as rows of bytes. */
export function decode(png) {
  let [at, width, height] = [8, 0, 0]
  const parts = []
  while (at < png.length) {
    const length = png.readUInt32BE(at)
    const kind = png.toString('latin1', at + 4, at + 8)
    const data = png.subarray(at + 8, at + 8 + length)
    if (kind === 'IHDR') {
      ;[width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)]
      if (data[8] !== 8 || data[9] !== 6) throw new Error(`${data[8]} bits, colour type ${data[9]}: no alpha channel`)
    }
    if (kind === 'IDAT') parts.push(data)
    at += length + 12
  }
  return { width, height, rows: unfilter(inflateSync(Buffer.concat(parts)), width * PIXEL, height) }
}

/** The five filters of PNG, undone line by line. */
function unfilter(bytes, line, height) {
  const rows = []
  let above = Buffer.alloc(line)
  for (let y = 0; y < height; y += 1) {
    const start = y * (line + 1)
    const filter = bytes[start]
    const row = Buffer.from(bytes.subarray(start + 1, start + 1 + line))
    for (let x = 0; x < line; x += 1) {
      const left = x < PIXEL ? 0 : row[x - PIXEL]
      const corner = x < PIXEL ? 0 : above[x - PIXEL]
      const guess = [0, left, above[x], (left + above[x]) >> 1, paeth(left, above[x], corner)][filter]
      row[x] = (row[x] + guess) & 255
    }
    rows.push(row)
    above = row
  }
  return rows
}

function paeth(left, up, corner) {
  const [a, b, c] = [up - corner, left - corner, left + up - 2 * corner].map(Math.abs)
  if (a <= b && a <= c) return left
  return b <= c ? up : corner
}

/** Pixels that are not wholly transparent and lie in none of these boxes, and those that lie in one. */
export function painted(png, boxes) {
  const { width, height, rows } = decode(png)
  let [outside, inside] = [0, 0]
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (rows[y][x * PIXEL + 3] === 0) continue
      const isIn = boxes.some((box) => x >= box.left && x < box.right && y >= box.top && y < box.bottom)
      if (isIn) inside += 1
      else outside += 1
    }
  }
  return { outside, inside }
}
