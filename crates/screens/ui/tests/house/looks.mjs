// How a page is looked at: each state as a picture, with nothing that sticks out and nothing for axe
// to find. In a long run in English, dark and wide as well.

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { findings } from './axe.mjs'
import { fits, LAPTOP, PHONE } from './browser.mjs'

const PICTURES = new URL('../../../../../target/pictures/', import.meta.url).pathname
mkdirSync(PICTURES, { recursive: true })

export const LOOKS = [{ name: 'vi-360', viewport: PHONE, locale: 'vi-VN', colorScheme: 'light' }]
if (process.env.CHOT_LONG !== undefined) {
  LOOKS.push({ name: 'en-1366-dark', viewport: LAPTOP, locale: 'en-GB', colorScheme: 'dark' })
}

/** Takes the picture and checks what must hold in every state; `logs` is what a browser may say. */
export async function sound(page, state, look, logs) {
  const name = `${state} ${look.name}`.replace(/[^\w-]+/g, '-')
  await page.screenshot({ path: `${PICTURES}${name}.png` })
  assert.equal(await fits(page), true, `${name} fits`)
  assert.deepEqual(await findings(page), [], name)
  assert.deepEqual(page.complaints.filter((text) => !(logs?.test(text) ?? false)), [], name)
}
