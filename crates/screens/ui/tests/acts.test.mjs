// What a host's hand does on the console: each act once, whatever the network does to it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, LAPTOP, PHONE } from './house/browser.mjs'
import { frame, serveShell, stage } from './house/shell.mjs'

const SESSION = '7k3m9qa2x4-s1'
const AT = `/v1/sessions/${SESSION}`
const D1 = `PATCH ${AT}/offers/D1`
const D2 = `PATCH ${AT}/offers/D2`
const evening = (parts = {}) => ({ ...frame('evening'), ...parts })

let shell
let browser

before(async () => {
  shell = await serveShell()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await shell?.close()
})

async function console_({ answers = {}, ...options } = {}) {
  const frames = [evening()]
  const usual = { [`GET ${AT}`]: [200, { offers: [] }], 'GET /v1/me': [200, { addresses: [] }] }
  const played = await stage(browser, `${shell.url}/host/${SESSION}`, { frames, answers: { ...usual, ...answers }, ...options })
  await played.page.locator('.pinned').waitFor()
  played.button = (name) => played.page.getByRole('button', { name })
  played.acts = () => played.calls.filter((one) => !one.call.startsWith('GET'))
  played.asked = (call) => played.calls.filter((one) => one.call === call)
  return played
}

test('20 of 20 taps open the row under the finger while 500 frames stream past', async () => {
  const played = await console_({ viewport: PHONE, hasTouch: true })
  const { page } = played
  await page.locator('.row').first().waitFor()
  let next = 1000
  let sent = 0
  const stream = () => {
    const feed = Array.from({ length: 24 }, (_, at) => ({
      id: `${next - at}-0`,
      at: new Date().toISOString(),
      buyer: 'b',
      buyer_name: `Khách ${next - at}`,
      text: `d1 x${next - at}`,
      platform: 'tiktok',
      result: 'held',
      lines: [{ code: 'D1', held: 1, waitlisted: 0 }],
    }))
    next += 7
    sent += 1
    played.send({ type: 'console', position: { epoch: 2, seq: next }, now: new Date().toISOString(), feed })
  }
  await page.evaluate(() => {
    window.addEventListener('pointerdown', ({ target }) => {
      window.under = target.closest('.row')?.dataset.row
    }, true)
  })
  for (let tap = 0; tap < 20; tap += 1) {
    for (let burst = 0; burst < 12; burst += 1) stream()
    const box = await page.locator('.row').nth(tap % 3).boundingBox()
    const [x, y] = [box.x + 60, box.y + 30]
    // The finger or the mouse comes down, the stream goes on under it.
    if (tap % 2 === 0) {
      const tapped = page.touchscreen.tap(x, y)
      for (let burst = 0; burst < 13; burst += 1) stream()
      await tapped
    } else {
      await page.mouse.move(x, y)
      await page.mouse.down()
      for (let burst = 0; burst < 13; burst += 1) stream()
      await page.mouse.up()
    }
    const opened = await page.locator('dialog [data-row]').getAttribute('data-row')
    assert.equal(opened, await page.evaluate(() => window.under))
    await played.button('Đóng').click()
    await page.locator('dialog').waitFor({ state: 'detached' })
    await page.mouse.move(0, 0)
    const behind = page.locator('.behind')
    if (await behind.isVisible()) await behind.click()
  }
  assert.equal(sent, 500)
  assert.equal(await page.locator('.rows li').count(), 24)
  assert.deepEqual(page.complaints, [])
  await played.close()
})

test('a finger that comes down right after another was lifted keeps its row under it', async () => {
  const played = await console_({ viewport: PHONE, hasTouch: true })
  const { page } = played
  await page.locator('.row').first().waitFor()
  const { x, y } = await page.locator('.row').nth(1).boundingBox()
  const under = () => page.evaluate(([x, y]) => document.elementFromPoint(x, y).closest('.row').dataset.row, [x + 60, y + 30])
  const row = { at: new Date().toISOString(), buyer: 'b', buyer_name: 'Khách', text: 'd1', platform: 'tiktok', result: 'noted' }
  const before = await under()
  const touch = await page.context().newCDPSession(page)
  await page.touchscreen.tap(20, 20)
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: x + 60, y: y + 30 }] })
  const down = await page.evaluate(() => performance.now())
  await page.waitForFunction((down) => performance.now() - down > 600, down)
  const feed = Array.from({ length: 24 }, (_, at) => ({ ...row, id: `${9000 - at}-0` }))
  played.send({ type: 'console', position: { epoch: 2, seq: 9000 }, now: row.at, feed })
  await page.locator('.behind').waitFor()
  assert.equal(await under(), before)
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await played.close()
})

test('an act that gets no answer is sent again under its key, and nothing is shown before the answer', async () => {
  let tries = 0
  const answer = () => ((tries += 1) < 3 ? [0] : [200, { ...frame('evening').offers[0], version: 4 }])
  const played = await console_({ answers: { [D1]: answer } })
  const { page } = played
  await page.locator('footer').getByRole('button', { name: 'Nhập thêm' }).click()
  await page.getByRole('button', { name: '+5', exact: true }).click()
  await played.button('Thêm 5').click()
  await played.button('Đang gửi…').waitFor()
  assert.equal(await page.locator('[data-chot="left:D1"]').textContent(), '37')
  await page.locator('dialog').waitFor({ state: 'detached' })
  const asked = played.asked(D1)
  assert.equal(asked.length, 3)
  assert.equal(new Set(asked.map((one) => one.headers['idempotency-key'])).size, 1)
  assert.deepEqual(asked.map((one) => one.body), Array(3).fill({ restock: 5 }))
  assert.equal(asked[0].headers['if-match'], '"3"')
  await played.close()
})

test('an answer that comes late closes the sheet it was asked from, and no other', async () => {
  const late = {}
  const answer = (call) => () => new Promise((resolve) => (late[call] = () => resolve([200, {}])))
  const calls = [D1, D2, `POST ${AT}/claims`, `POST ${AT}/reviews/7k3m9qa2x4-r7`]
  const played = await console_({ answers: Object.fromEntries(calls.map((call) => [call, answer(call)])) })
  const { page } = played
  const inDialog = (name) => page.getByRole('dialog').getByRole('button', { name })
  const closed = () => page.locator('dialog').waitFor({ state: 'detached' })
  const leaves = async (call, act) => {
    const asked = page.waitForRequest((request) => `${request.method()} ${new URL(request.url()).pathname}` === call)
    await act()
    await asked
    if (await page.locator('dialog').isVisible()) await played.button('Đóng').click()
    await closed()
    await page.getByRole('button', { name: 'Thêm', exact: true }).click()
    await inDialog('Âm thanh và phím tắt').click()
    late[call]()
    await page.getByText('Đang gửi…').first().waitFor({ state: 'detached' })
    assert.equal(await page.getByRole('checkbox', { name: 'Phím tắt' }).count(), 1, call)
    await played.button('Đóng').click()
    await closed()
  }
  await leaves(D2, () => played.button(/^Ghim tiếp/).click())
  await leaves(D1, () => played.button('Hoàn tác').click())
  await leaves(D1, async () => {
    await page.locator('footer').getByRole('button', { name: 'Nhập thêm' }).click()
    await page.getByRole('button', { name: '+5', exact: true }).click()
    await played.button('Thêm 5').click()
  })
  await leaves(`POST ${AT}/reviews/7k3m9qa2x4-r7`, async () => {
    await played.button('Cần xem 5').click()
    await played.button('Gán mã').first().click()
    await inDialog(/^D1/).click()
  })
  await leaves(`POST ${AT}/claims`, async () => {
    await page.getByRole('navigation').getByRole('button', { name: 'Đơn', exact: true }).click()
    await page.locator('.middle-column [data-chot^="order:"] .wide').first().click()
    await inDialog(/^\+ /).first().click()
    await inDialog('Lưu').click()
  })
  assert.deepEqual(page.complaints, [])
  await played.close()
})

test('a change that crossed another shows both, and overwriting is a new intent on the new version', async () => {
  let tries = 0
  const current = { ...frame('evening').offers[0], version: 9 }
  const answer = () => ((tries += 1) === 1 ? [409, { code: 'stale', current }] : [200, current])
  const played = await console_({ answers: { [D1]: answer } })
  await played.page.locator('.price').click()
  await played.page.locator('#price').fill('1tr2')
  await played.page.getByText('một triệu hai trăm nghìn đồng').waitFor()
  await played.button('Lưu').click()
  await played.page.getByText('Bạn muốn: 1.200.000').waitFor()
  await played.button('Ghi đè').click()
  await played.page.getByText('Bạn muốn').waitFor({ state: 'detached' })
  const [first, second] = played.asked(D1)
  assert.equal(second.headers['if-match'], '"9"')
  assert.notEqual(first.headers['idempotency-key'], second.headers['idempotency-key'])
  assert.deepEqual(second.body, { price: { amount: 1200000, currency: 'VND' } })
  await played.close()
})

test('a price below 1.000 is asked about before it can be saved', async () => {
  const played = await console_({ answers: { [D1]: [200, frame('evening').offers[0]] } })
  await played.page.locator('.price').click()
  await played.page.locator('#price').fill('45')
  assert.equal(await played.button('Lưu').isDisabled(), true)
  await played.button(/^45\.000/).click()
  await played.button('Lưu').click()
  await played.page.locator('dialog').waitFor({ state: 'detached' })
  assert.equal(played.asked(D1)[0].body.price.amount, 45000)
  await played.close()
})

test('what is ignored goes out only when the time to undo is over, and one answer is for the whole group', async () => {
  const card = `POST ${AT}/reviews/7k3m9qa2x4-r7`
  const other = `POST ${AT}/reviews/7k3m9qa2x4-r9`
  const done = [200, { resolved: [] }]
  const played = await console_({ answers: { [card]: done, [other]: done } })
  const { page } = played
  await played.button('Cần xem 5').click()
  await played.button('Bỏ qua').first().click()
  await played.button('Hoàn tác').click()
  await page.locator('[data-review="7k3m9qa2x4-r7"]').waitFor()
  assert.equal(played.asked(card).length, 0)
  await page.getByLabel('Nhớ cho những lần sau').check()
  await played.button(/^Đúng cho cả 4/).click()
  await page.locator('[data-review="7k3m9qa2x4-r7"]').waitFor({ state: 'detached' })
  assert.deepEqual(played.asked(card)[0].body, { lines: [{ code: 'D1', quantity: 2 }], group: true, remember: true })
  const sent = page.waitForResponse((response) => response.url().endsWith('r9'))
  await played.button('Bỏ qua').click()
  await sent
  assert.deepEqual(played.asked(other)[0].body, { lines: [], ignore: true, group: false })
  await played.close()
})

test('cards that are ignored one after the other come back together, or go out together', async () => {
  const cards = ['7k3m9qa2x4-r7', '7k3m9qa2x4-r9']
  const posts = cards.map((card) => `POST ${AT}/reviews/${card}`)
  const played = await console_({ answers: Object.fromEntries(posts.map((post) => [post, [200, { resolved: [] }]])) })
  const { page } = played
  await page.clock.install()
  await played.button('Cần xem 5').click()
  const ignoreAll = async () => {
    for (const card of cards) await page.locator(`[data-review="${card}"]`).getByRole('button', { name: 'Bỏ qua' }).click()
    await page.getByText('Bỏ qua 5 bình luận').waitFor()
  }
  await ignoreAll()
  await played.button('Hoàn tác').click()
  for (const card of cards) await page.locator(`[data-review="${card}"]`).waitFor()
  await page.clock.runFor(10_000)
  assert.deepEqual(played.acts(), [])
  await ignoreAll()
  await page.clock.runFor(10_000)
  await page.locator('.undo').waitFor({ state: 'detached' })
  while (played.acts().length < posts.length) await page.evaluate(() => undefined)
  assert.deepEqual(played.acts().map(({ call }) => call), posts)
  await played.close()
})

test('without a connection figures have an age and acts a reason, and it resumes where it was', async () => {
  const played = await console_()
  const { page } = played
  await played.socket.close({ code: 1012 })
  await page.locator('[data-chot=link][data-state=offline]').waitFor()
  await page.locator('[data-chot=age]').waitFor()
  assert.equal(await played.button(/^Ghim tiếp/).isDisabled(), true)
  await page.locator('footer').getByText('Cần có mạng mới làm được việc này.').waitFor()
  played.frames = [evening({ missed: { comments: 214, orders: 31 } })]
  await page.getByText('Đã nối lại. Bổ sung 214 bình luận, 31 đơn.').waitFor()
  assert.deepEqual(played.hellos.at(-1), { type: 'hello', resume: { epoch: 2, seq: 900 } })
  assert.equal(await played.button(/^Ghim tiếp/).isEnabled(), true)
  await played.close()
})

test('the session ends when the button is held, or pressed twice on a keyboard, and by no tap', async () => {
  const played = await console_({ answers: { [`POST ${AT}/state`]: [200, {}] } })
  const { page } = played
  const openEnd = async () => {
    await page.getByRole('button', { name: 'Thêm', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Kết thúc phiên' }).click()
    return page.locator('.hold')
  }
  const button = await openEnd()
  await button.click()
  assert.equal(played.acts().length, 0)
  const over = page.waitForResponse('**/state')
  await button.hover()
  await page.mouse.down()
  await over
  await page.mouse.up()
  await page.locator('dialog').waitFor({ state: 'detached' })
  const again = await openEnd()
  await again.focus()
  await page.keyboard.press('Enter')
  await page.getByText('Nhấn lần nữa để kết thúc').waitFor()
  assert.equal(played.acts().length, 1)
  await page.keyboard.press('Enter')
  await page.locator('dialog').waitFor({ state: 'detached' })
  assert.deepEqual(played.acts().map((one) => one.body), Array(2).fill({ state: 'ended' }))
  await played.close()
})

test('with the keyboard alone: rows, a sheet, an order by hand, pin, undo, and the letters off', async () => {
  const claims = `POST ${AT}/claims`
  const held = [200, { result: 'held', lines: [{ code: 'D1', held: 2, waitlisted: 0 }] }]
  const ok = [200, {}]
  const played = await console_({ viewport: LAPTOP, answers: { [claims]: held, [D1]: ok, [D2]: ok } })
  const { page } = played
  const press = (key) => page.keyboard.press(key)
  await page.locator('.row').first().waitFor()
  await press('j')
  await press('j')
  await press('Enter')
  assert.equal(await page.locator('dialog [data-row]').getAttribute('data-row'), '7-0')
  await press('Escape')
  await page.locator('dialog').waitFor({ state: 'detached' })
  assert.equal(await page.evaluate(() => document.activeElement.dataset.row), '7-0')
  await press('/')
  await page.locator('#staff').waitFor()
  await page.keyboard.type('lan d1 2')
  await press('Enter')
  await page.getByText('lan: Đang giữ [D1] ×2').waitFor()
  assert.deepEqual(played.asked(claims)[0].body, { buyer_name: 'lan', lines: [{ code: 'D1', quantity: 2 }] })
  await press('Escape')
  await page.locator('dialog').waitFor({ state: 'detached' })
  await press('p')
  await played.button('Hoàn tác').waitFor()
  const back = page.waitForResponse('**/offers/D1')
  await press('z')
  await back
  assert.deepEqual(played.asked(D1)[0].body, { pinned: true })
  await press('?')
  await page.getByRole('checkbox', { name: 'Phím tắt' }).uncheck()
  await press('Escape')
  await page.locator('dialog').waitFor({ state: 'detached' })
  await press('r')
  assert.equal(await page.locator('dialog').count(), 0)
  assert.deepEqual(page.complaints, [])
  await played.close()
})
