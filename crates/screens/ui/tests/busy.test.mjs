// 500 comments in a second, for a minute, on a phone six times slower than this machine: the finger
// opens what is under it, and the page has time left.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { launch, open } from './house/browser.mjs'
import { Server } from './house/server.mjs'

const SECONDS = 60
const COMMENTS_PER_SECOND = 500
const POSTS_PER_SECOND = 5
const SLOWER = 6
const TAPS = 20
const BUSY_MAX = 0.7

let server
let browser

before(async () => {
  server = await Server.open()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await server?.close()
})

/** Comments as a platform sends them, at their own pace; one in five orders something. */
async function pour(session, token) {
  const start = Date.now()
  const each = COMMENTS_PER_SECOND / POSTS_PER_SECOND
  let taken = 0
  for (let post = 0; post < SECONDS * POSTS_PER_SECOND; post += 1) {
    await pause(Math.max(0, start + (post * 1000) / POSTS_PER_SECOND - Date.now()))
    const comments = Array.from({ length: each }, (_, at) => ({
      platform: 'tiktok',
      comment_id: `${post}-${at}`,
      buyer_id: `b${(post * each + at) % 5000}`,
      buyer_name: `Khách ${at}`,
      text: at % 5 === 0 ? `D1 x1 cho chị ${post}` : `chợ phiên vui quá bà con ${post} ${at}`,
    }))
    const path = `/v1/sessions/${session}/comments`
    const { outcomes } = await server.call('POST', path, { token, body: { comments } })
    taken += outcomes.length
  }
  return { taken, seconds: (Date.now() - start) / 1000 }
}

/** A page on a slow phone, and how much of the time its main thread was busy since the last look. */
async function slowly(page) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
  await cdp.send('Performance.enable')
  const read = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics')
    const of = (name) => metrics.find((metric) => metric.name === name).value
    return { at: of('Timestamp'), busy: of('TaskDuration') }
  }
  let last = await read()
  return async () => {
    const now = await read()
    const share = (now.busy - last.busy) / (now.at - last.at)
    last = now
    return share
  }
}

/** Puts a finger on a row and lifts it a moment later; true if the row that opens was under it. */
async function tapRow(page, at) {
  const box = await page.locator('.row').nth(at).boundingBox()
  await page.mouse.move(box.x + 60, box.y + box.height / 2)
  await page.mouse.down()
  await pause(120)
  await page.mouse.up()
  const opened = await page.locator('dialog [data-row]').getAttribute('data-row')
  const under = await page.evaluate(() => window.under)
  await page.getByRole('dialog').getByRole('button', { name: 'Đóng' }).click()
  await page.locator('dialog').waitFor({ state: 'detached' })
  await page.mouse.move(0, 0)
  const behind = page.locator('.behind')
  if (await behind.isVisible()) await behind.click()
  return opened === under
}

test('500 comments a second for a minute: 20 of 20 taps, and time left on the main thread', async (t) => {
  const shop = await server.addShop('Vườn nhà')
  const offer = { code: 'D1', name: 'Cam sành', price: 45000, unit: 'kg', step: 0.5, stock: 9000 }
  const session = await server.live(shop, [offer])
  const bare = await open(browser, `${server.url}/assets/icon.svg`)
  const page = await open(browser, `${server.url}/sign-in`)
  await server.signIn(page, shop)
  await page.goto(`${server.url}/host/${session}`)
  await page.locator('[data-chot=link][data-state=live]').waitFor()
  await page.evaluate(() => {
    window.addEventListener('pointerdown', ({ target }) => {
      window.under = target.closest('.row')?.dataset.row
    }, true)
  })
  const [busy, idle] = [await slowly(page), await slowly(bare)]
  const poured = pour(session, shop.source_token)
  await page.locator('.row').nth(5).waitFor()
  let right = 0
  for (let tap = 0; tap < TAPS; tap += 1) right += Number(await tapRow(page, tap % 3))
  const { taken, seconds } = await poured
  const [share, none] = [await busy(), await idle()]
  t.diagnostic(`${taken} comments in ${seconds.toFixed(1)} s, ${right} of ${TAPS} taps`)
  t.diagnostic(`main thread at ${SLOWER}x: ${percent(share)} busy, a bare page ${percent(none)}`)
  assert.equal(taken, SECONDS * COMMENTS_PER_SECOND)
  assert.equal(right, TAPS)
  assert.ok(share <= BUSY_MAX, `${percent(share)} busy`)
  assert.deepEqual(page.complaints, [])
})

const percent = (share) => `${(100 * share).toFixed(1)} %`
