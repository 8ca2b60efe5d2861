// People who come in by what a page shows them, each with a phone of their own.

import { createHmac } from 'node:crypto'
import { open } from './browser.mjs'
import { Server } from './server.mjs'

export const PASSWORD = 'bi-do-ngot-lam'

/** A server that knows its address as phones see it, so that it draws links. */
export async function openServer() {
  const server = await Server.open()
  server.signal('SIGTERM')
  await server.ended
  server.environment.CHOT_PUBLIC_URL = server.url
  await server.start()
  return server
}

/** Opens a link on a new phone and goes in by it; `shop` names what it opens. */
export async function comeIn(browser, link, { name, shop, ...options }) {
  const page = await open(browser, link, options)
  if (shop !== undefined) await page.locator('[name=shop]').fill(shop)
  await page.locator('[name=name]').fill(name)
  await page.locator('[name=password]').fill(PASSWORD)
  await page.locator('form button').click()
  await page.waitForURL('**/host')
  return page
}

/** The link that a sheet shows; closes the sheet. */
export async function shownLink(page) {
  const field = page.locator('dialog [data-chot=link-out] input')
  await field.waitFor()
  const link = await field.inputValue()
  await page.getByRole('button', { name: /^(Đóng|Close)$/ }).click()
  await page.locator('dialog').waitFor({ state: 'detached' })
  return link
}

/** Makes the device ask for proof again, as it does ten minutes after it was signed in. */
export async function handOver(browser, page, options) {
  await page.goto(new URL('/people#mine', page.url()).href)
  await page.getByRole('button', { name: /^(Vào bằng máy khác|Sign in on another device)$/ }).click()
  const other = await open(browser, await shownLink(page), options)
  await other.locator('form button').click()
  await other.waitForURL('**/host')
  return other
}

/** Shows who one is in the sheet that asks for it. */
export async function prove(page, { password = PASSWORD, code } = {}) {
  const sheet = page.getByRole('dialog', { name: /^(Xác nhận là bạn|Show that it is you)$/ })
  await sheet.waitFor()
  if (code !== undefined) await sheet.getByRole('button', { name: /6 số|six digits/ }).click()
  await sheet.locator('#proof').fill(code ?? password)
  await sheet.locator('form button').first().click()
}

/** One call as this page would make it; answers the status and the JSON. */
export function ask(page, method, path, body) {
  return page.evaluate(
    async ({ method, path, body }) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': `${method}${path}${Math.random()}` }
      const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
      const answer = await fetch(path, init)
      return { status: answer.status, json: await answer.json().catch(() => ({})) }
    },
    { method, path, body },
  )
}

/** The six digits of this moment, by RFC 6238, from the address that an app is given. */
export function digits(address, now = Date.now()) {
  const secret = new URL(address).searchParams.get('secret')
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)))
  const hash = createHmac('sha1', key).update(counter).digest()
  const at = hash[hash.length - 1] & 15
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
