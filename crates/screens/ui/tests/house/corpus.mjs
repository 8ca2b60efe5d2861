// The hostile words, and what a page must be like with them on it.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

const read = JSON.parse(readFileSync(new URL('hostile.json', import.meta.url), 'utf8'))

/** `{ id, text }`, written out. */
export const WORDS = read.words.map(({ id, text, times = 1 }) => ({ id, text: text.repeat(times) }))
/** `{ id, bytes, status, code?, reason? }`. */
export const BODIES = read.bodies.map(({ body, ...rest }) => {
  const text = body.map(([piece, times]) => piece.repeat(times)).join('')
  return { bytes: Buffer.from(text, 'latin1'), ...rest }
})

export const word = (id) => WORDS.find((one) => one.id === id).text

/** Where a page of ours may ask for something. */
const KNOWN = /^\/($|assets\/|photos\/|host|v\/|o\/|v1\/|setup|sign-in|sign-out|overlay\/|people|privacy|ops)/

/** Everything that words did on this page and should not have ends among its complaints. */
export async function guard(page, origins) {
  page.on('dialog', async (dialog) => {
    page.complaints.push(`a dialog: ${dialog.message()}`)
    await dialog.dismiss()
  })
  page.on('popup', (popup) => page.complaints.push(`a window: ${popup.url()}`))
  page.on('request', (request) => {
    const { protocol, origin, pathname } = new URL(request.url())
    if (protocol === 'data:' || protocol === 'blob:') return
    const known = origins.includes(origin) && KNOWN.test(pathname)
    if (!known) page.complaints.push(`a request: ${request.url()}`)
  })
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      console.error(`the policy was broken: ${violatedDirective} ${blockedURI}`),
    )
  })
}

/** What a policy must say and may not. */
export function strict(policy) {
  const said = new Map(policy.split(';').map((part) => part.trim().split(' ')).map(([name, ...rest]) => [name, rest.join(' ')]))
  assert.equal(said.get('default-src'), "'none'", policy)
  for (const name of ['script-src', 'style-src', 'connect-src', 'form-action']) {
    assert.match(said.get(name), /^'(none|self)'$|^('sha256-[\w+/=]+' ?)+$/, `${name} of ${policy}`)
  }
  assert.equal(said.get('base-uri'), "'none'", policy)
  assert.equal(said.get('frame-ancestors'), "'none'", policy)
  assert.equal(said.get('require-trusted-types-for'), "'script'", policy)
  assert.ok(!policy.includes('unsafe') && !policy.includes('*'), policy)
}

/** Control characters, marks of direction, what nobody sees, heaps of marks: never on a screen. */
const FOOLS = [
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]/,
  /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/,
  /[\u00ad\u200b\u200c\u2060\ufeff\u3164\u115f\u1160\uffa0\ufffe\uffff]|[\u{e0000}-\u{e0fff}]/u,
  /(?<![\p{Extended_Pictographic}\ufe0f\u{1f3fb}-\u{1f3ff}])\u200d|\u200d(?!\p{Extended_Pictographic})/u,
  /\p{M}{4}/u,
]

/** What is wrong with a text that a screen shows; none if nothing is. */
export const fooled = (text) => FOOLS.find((fools) => fools.test(text))

/** Chromium says what a form was answered, and a slip whose buyer has not said where it goes. */
const REFUSED = /^Failed to load resource: the server responded with a status of (401|404|410|422) /

/** Nothing was done by the words on a page, and nothing of them sticks out. */
export async function sane(page, name) {
  const found = await page.evaluate(look)
  const wrong = found.texts.filter((text) => fooled(text) !== undefined)
  assert.deepEqual(wrong.map((text) => JSON.stringify(text.slice(0, 80))), [], `${name}: texts`)
  assert.deepEqual(found.foreign, [], `${name}: elements`)
  assert.deepEqual(found.out, [], `${name}: what sticks out`)
  assert.deepEqual(found.high, [], `${name}: rows`)
  assert.deepEqual(page.complaints.filter((text) => !REFUSED.test(text)), [], name)
  return found.width
}

/** Runs in the page. */
function look() {
  const root = document.documentElement
  const found = { texts: [], foreign: [], out: [], high: [], width: root.scrollWidth }
  if (root.scrollWidth > root.clientWidth) found.out.push(`the page: ${root.scrollWidth}`)
  const named = ['aria-label', 'alt', 'title', 'placeholder']
  for (const element of document.querySelectorAll('*')) {
    const tag = element.localName
    const own = tag !== 'script' || new URL(element.src || 'x:').origin === location.origin
    const acts = [...element.attributes].some(({ name, value }) => /^on|^srcdoc$/.test(name) || (name === 'style' && /url|inset|red/.test(value)))
    const leads = ['href', 'src', 'action'].some((name) => /^\s*(javascript|data:text|https?:\/\/evil)/i.test(element.getAttribute(name) ?? ''))
    const banned = ['iframe', 'object', 'embed', 'base', 'animate', 'math'].includes(tag)
    if (!own || acts || leads || banned) found.foreign.push(element.outerHTML.slice(0, 120))
    for (const name of named) if (element.hasAttribute(name)) found.texts.push(element.getAttribute(name))
    if (element.value && ['input', 'textarea'].includes(tag) && element.type !== 'hidden' && !element.dataset.typed) found.texts.push(element.value)
    // A row of the feed has its height, whatever stands in it.
    if (element.matches('.rows li') && !element.hidden && element.offsetHeight !== 64) found.high.push(`${element.offsetHeight}`)
  }
  const clips = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { overflowX, position } = getComputedStyle(at)
      if (overflowX !== 'visible' || position === 'fixed') return at
    }
    return null
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement
    if (node.data.trim() === '' || parent.closest('script, style, noscript, textarea, select') !== null) continue
    found.texts.push(node.data)
    if (parent.closest('.seen-by-readers-only') !== null) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const box = range.getBoundingClientRect()
    const tooWide = box.right > root.clientWidth + 1 || box.left < -1
    if (box.width > 0 && tooWide && clips(parent) === null) found.out.push(`${node.data.slice(0, 60)}: ${box.left} to ${box.right}`)
    const row = parent.closest('li, tr')?.getBoundingClientRect()
    if (row && box.height > 0 && clips(parent) === null && (box.top < row.top - 2 || box.bottom > row.bottom + 2)) {
      found.high.push(`${node.data.slice(0, 60)}: ${box.top} to ${box.bottom} in ${row.top} to ${row.bottom}`)
    }
  }
  found.texts.push(document.title)
  return found
}
