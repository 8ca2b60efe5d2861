// What stands in a PDF as Chromium writes it: how many pages, and their words.

import { inflateSync } from 'node:zlib'

/** Each object by its number: its dictionary, and its stream unpacked. */
function objects(bytes) {
  const text = bytes.toString('latin1')
  const found = new Map()
  for (const [, number, body] of text.matchAll(/(?:^|\n)(\d+) 0 obj\s([\s\S]*?)endobj/g)) {
    const [head, ...rest] = body.split(/stream\r?\n/)
    const isPacked = head.includes('/FlateDecode') && !head.includes('/Image')
    const packed = Buffer.from(rest.join('stream\n').replace(/\r?\nend$/, ''), 'latin1')
    const stream = isPacked ? inflateSync(packed).toString('latin1') : ''
    found.set(number, { head, stream })
  }
  return found
}

const code = (hex) => Number.parseInt(hex, 16)
const letters = (hex, more = 0) => {
  const units = hex.match(/.{4}/g).map(code)
  return String.fromCharCode(...units.slice(0, -1), units.at(-1) + more)
}

/** Which glyph means which letters. */
function meanings(map) {
  const meant = new Map()
  for (const [, lines] of map.matchAll(/beginbfchar\n([\s\S]*?)endbfchar/g)) {
    for (const [, glyph, to] of lines.matchAll(/<(\w+)> <(\w+)>/g)) meant.set(code(glyph), letters(to))
  }
  for (const [, lines] of map.matchAll(/beginbfrange\n([\s\S]*?)endbfrange/g)) {
    for (const [, first, last, to] of lines.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g)) {
      for (let at = code(first); at <= code(last); at += 1) meant.set(at, letters(to, at - code(first)))
    }
  }
  return meant
}

/** The words of every page, without the spaces that only their places make. */
export function pagesOf(bytes) {
  const all = objects(bytes)
  const pages = [...all.values()].filter(({ head }) => /\/Type\s*\/Page(?!s)/.test(head))
  return pages.map(({ head }) => {
    const fonts = new Map()
    for (const [, name, number] of head.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const map = /\/ToUnicode (\d+) 0 R/.exec(all.get(number).head)?.[1]
      fonts.set(name, meanings(all.get(map)?.stream ?? ''))
    }
    const content = all.get(/\/Contents (\d+) 0 R/.exec(head)[1]).stream
    let font = new Map()
    let words = ''
    for (const [, name, glyphs] of content.matchAll(/\/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>/g)) {
      if (name !== undefined) font = fonts.get(name)
      else words += glyphs.match(/.{4}/g).map((glyph) => font.get(code(glyph)) ?? '').join('')
    }
    return words.replace(/\s/g, '')
  })
}
