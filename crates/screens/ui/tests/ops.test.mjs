import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, afterEach, before, test } from 'node:test'
import { promisify } from 'node:util'
import { findings } from './house/axe.mjs'
import { LAPTOP, PHONE, fits, launch, open } from './house/browser.mjs'
import { LOOKS, sound } from './house/looks.mjs'
import { PROGRAM, Server } from './house/server.mjs'

let server
let browser

before(async () => {
  server = await Server.open()
  browser = await launch()
})

// A test that fails in the middle leaves nobody stopped.
afterEach(() => server.signal('SIGCONT'))

after(async () => {
  await browser?.close()
  await server?.close()
})

/** The page as another machine sees it: no localhost, no secure context. */
const address = (query = '') => `${server.ops.replace('127.0.0.1', 'chot.test')}/ops${query}`

const hook = (page, name) => page.locator(`[data-chot="${name}"]`)

async function shown(viewport, options = {}, query = '') {
  const page = await open(browser, address(query), { viewport, ...options })
  await page.locator('[data-chot="link"][data-state="live"]').waitFor()
  await page.locator('[data-chot="verdict"]:not([data-state="none"])').waitFor()
  return page
}

// Each: what is added to the address, and what is done before it is looked at.
const STATES = {
  'no sessions': {},
  'a table': {
    act: async (page) => {
      await page.getByRole('button', { name: /^(Xem bảng số|Show table)/ }).first().click()
      await page.locator('tbody tr').first().waitFor()
    },
  },
  'on a wall': { query: '?tv=1' },
}

for (const look of LOOKS) {
  for (const [name, { query, act }] of Object.entries(STATES)) {
    test(`ops, ${name} (${look.name}): fits, and axe finds nothing`, async () => {
      const { name: _, viewport, ...options } = look
      const page = await shown(viewport, options, query)
      await act?.(page)
      await sound(page, `ops ${name}`, look)
      await page.context().close()
    })
  }
}

test('a phone and a laptop show verdict, tiles and plots without a complaint', async () => {
  for (const viewport of [PHONE, LAPTOP]) {
    const page = await shown(viewport)
    assert.equal(await page.evaluate(() => window.isSecureContext), false)
    assert.match(await hook(page, 'verdict').textContent(), /Bình thường|Chú ý/)
    assert.equal(await page.locator('.tile').count(), 6)
    assert.equal(await page.locator('figure canvas').count(), 6)
    assert.equal(await fits(page), true)
    assert.deepEqual(await findings(page), [])
    assert.deepEqual(page.complaints, [])
    await page.context().close()
  }
})

test('dark, in English and on a wall it has no violation either', async () => {
  const page = await shown(LAPTOP, { locale: 'en-GB', colorScheme: 'dark' }, '?tv=1')
  assert.match(await hook(page, 'verdict').textContent(), /OK|Attention/)
  assert.equal(await page.getByRole('button', { name: /table/ }).count(), 0)
  assert.equal(await fits(page), true)
  assert.deepEqual(await findings(page), [])
  assert.deepEqual(page.complaints, [])
  await page.context().close()
})

test('orders and a session that is live are seen within seconds', async () => {
  const shop = await server.addShop('Vườn nhà')
  const session = await server.live(shop, [
    { code: 'D1', name: 'cà chua', price: 45_000, unit: 'kg', step: 1, stock: 3 },
  ])
  const page = await shown(PHONE)
  const row = page.locator(`tr[data-session="${session}"]`)
  await row.filter({ hasText: 'đang live' }).waitFor()
  const claim = { buyer_name: 'Lan', lines: [{ code: 'D1', quantity: 3 }] }
  const path = `/v1/sessions/${session}/claims`
  await server.call('POST', path, { token: shop.host_token, key: 'one', body: claim })
  await row.filter({ hasText: '1/1' }).waitFor()
  await page.locator('.tile').filter({ hasText: 'Đơn/giây' }).filter({ hasText: 'tổng 1' }).waitFor()
  await page.locator('.tile').filter({ hasText: 'gần nhất D1' }).waitFor()
  await page.locator('.log').getByText(`Phiên ${session} bắt đầu live`).waitFor()
  assert.equal(await fits(page), true)
  assert.deepEqual(page.complaints, [])
  await page.context().close()
})

test('a session that ended in no backup is told until there is one', async () => {
  const shop = await server.addShop('Vườn mận')
  const session = await server.live(shop, [
    { code: 'M1', name: 'mận', price: 45_000, unit: 'kg', step: 1, stock: 3 },
  ])
  const ended = { token: shop.host_token, body: { state: 'ended' } }
  await server.call('POST', `/v1/sessions/${session}/state`, ended)
  const page = await shown(PHONE)
  await hook(page, 'backup').getByText('Chưa có bản sao lưu nào').waitFor()
  const finding = page.locator('.verdict li').getByText('có phiên đã kết thúc mà chưa có bản sao lưu nào')
  await finding.waitFor()
  assert.equal(await fits(page), true)
  await promisify(execFile)(PROGRAM, ['backup', '--to', server.folder, '--data', server.data])
  await hook(page, 'backup').getByText('Bản sao lưu gần nhất: ').waitFor()
  await finding.waitFor({ state: 'detached' })
  assert.deepEqual(page.complaints, [])
  await page.context().close()
  const english = await shown(LAPTOP, { locale: 'en-GB' })
  await hook(english, 'backup').getByText('Last backup: ').waitFor()
  await english.context().close()
})

test('the keyboard alone opens a table and sorts the sessions', async () => {
  const page = await shown(PHONE)
  const table = page.getByRole('button', { name: 'Xem bảng số: Đơn mỗi giây' })
  await table.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: 'Xem bảng số: Đơn mỗi giây' }).locator('tbody tr').first().waitFor()
  const sort = page.getByRole('button', { name: 'Người xem' })
  await sort.focus()
  await page.keyboard.press('Space')
  await page.locator('th[aria-sort="descending"]').waitFor()
  assert.deepEqual(await findings(page), [])
  assert.equal(await fits(page), true)
  await page.context().close()
})

test('a server that stands still is offline with an age, and its gap stays a gap', async () => {
  const page = await shown(PHONE)
  const others = await Promise.all(LOOKS.slice(1).map(({ name: _, viewport, ...options }) => shown(viewport, options)))
  const plot = page.locator('#plot-orders')
  await page.waitForFunction(() => Number(document.querySelector('#plot-orders').dataset.points) > 3)
  assert.equal(await plot.getAttribute('data-gaps'), '0')
  await page.getByRole('button', { name: 'Xem bảng số: Đơn mỗi giây' }).click()
  const began = Date.now()
  server.signal('SIGSTOP')
  await page.locator('[data-chot="link"][data-state="offline"]').waitFor({ timeout: 7_000 })
  await page.waitForFunction(
    () => Number(document.querySelector('[data-chot="age"]').dataset.value) >= 6,
  )
  await page.getByRole('alert').getByText('Mất kết nối với máy chủ').waitFor()
  // The last frame was at most a second old when the server stopped.
  assert.ok(Date.now() - began >= 5_000, 'an age is not made up')
  for (const [at, silent] of [page, ...others].entries()) {
    await silent.locator('[data-chot="link"][data-state="offline"]').waitFor()
    await sound(silent, 'ops offline', LOOKS[at])
  }
  server.signal('SIGCONT')
  await page.locator('[data-chot="link"][data-state="live"]').waitFor({ timeout: 5_000 })
  await page.locator('#plot-orders[data-gaps="1"]').waitFor()
  await sound(page, 'ops a gap', LOOKS[0])
  assert.match(await plot.locator('.gap').first().textContent(), /Không có dữ liệu từ \d\d:\d\d:\d\d đến/)
  const empty = plot.locator('tr.none')
  assert.equal(await empty.count(), 1, 'the gap is in the data, not only in the words')
  assert.equal(await empty.locator('td').first().textContent(), '–')
  await page.locator('.log').getByText(/Không đo được trong \d+ giây/).waitFor()
  assert.equal(await fits(page), true)
  assert.deepEqual(page.complaints, [])
  await page.context().close()
})

test('after a kill and a restart the page is live again by itself', async () => {
  const page = await shown(PHONE)
  await server.kill()
  await page.locator('[data-chot="link"][data-state="offline"]').waitFor()
  await server.start()
  await page.locator('[data-chot="link"][data-state="live"]').waitFor({ timeout: 15_000 })
  const starts = page.locator('.log').getByText(/Khởi động/)
  await starts.first().waitFor()
  assert.equal(await starts.count(), 1, 'the log is that of the new process')
  await page.locator('.integrity[data-ok="true"]').getByText('1 đơn').waitFor()
  // A browser logs each try that found nobody; the page itself complains of nothing.
  const own = page.complaints.filter((text) => !text.includes('WebSocket connection'))
  assert.deepEqual(own, [])
  await page.context().close()
})
