// What the sale's page tells: every answer in words, every state without a finding of axe. The page
// is the server's own, what comes over its socket is played.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch } from './house/browser.mjs'
import { LOOKS, sound } from './house/looks.mjs'
import { Server } from './house/server.mjs'
import { stage } from './house/shell.mjs'
const DAU = { code: 'D1', name: 'Dâu tây', price: 95000, unit: 'hộp', stock: 5 }
const POSITION = { epoch: 2, seq: 9 }
const RECEIPT = '9f'.repeat(32)
const money = (amount) => ({ amount, currency: 'VND' })
const from = (seconds) => new Date(Date.now() + 1000 * seconds).toISOString()

let server
let browser
let session

before(async () => {
  server = await Server.open()
  const shop = await server.addShop('Vườn nhà')
  session = await server.live(shop, [DAU], { settle: 'prepay', hold: { seconds: 600 } })
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await server?.close()
})

const offer = (parts = {}) => ({ code: 'D1', left: 5, price: money(95000), open: true, pinned: true, ...parts })
const welcome = (parts = {}) => ({
  type: 'welcome', buyer: '2b', session, state: 'live', offers: [offer()], orders: [],
  position: POSITION, complete: true, ...parts,
})
const order = (parts = {}) => ({
  order: '7k3m9qa2x4-o2', buyer: '2b', state: 'held', total: money(95000), page: '/o/x.y',
  lines: [{ code: 'D1', held: 1, waitlisted: 0, price: money(95000) }], position: POSITION, ...parts,
})
const outcome = (parts) => ({ type: 'outcome', lines: [], position: POSITION, receipt: RECEIPT, ...parts })

/** The page with a played socket, and how to tap. */
async function play({ frames = [welcome()], ...options } = {}) {
  const at = `/v1/sessions/${session}`
  const ticket = { ticket: 't', buyer: '2b', buyer_token: 'b' }
  const link = { code: '4821', until: from(600) }
  const answers = { [`POST ${at}/tickets`]: [200, ticket], [`POST ${at}/links`]: [200, link] }
  const played = await stage(browser, `${server.url}/v/${session}`, { answers, frames, ...options })
  const region = played.page.getByRole('region', { name: 'Dâu tây' })
  const told = (text) => region.getByText(text)
  const tap = async () => {
    await region.locator('[name=name]').fill('Lan')
    await region.locator('button.primary').click()
    await until(() => played.said.length > 0)
    return played.said.at(-1).key
  }
  return { ...played, played, region, told, tap }
}

async function until(holds) {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}

const REFUSALS = {
  sold_out: 'Hết hàng.',
  over_limit: 'Nhiều hơn mức mỗi người được mua',
  off_step: 'Số lượng này không đặt được',
  bad_quantity: 'Số lượng này không đặt được',
  session_not_live: 'Bây giờ chưa nhận đơn',
  session_ended: 'Phiên đã kết thúc.',
  offer_closed: 'Mã này không còn bán',
  unknown_code: 'Mã này không còn bán',
  too_many_holds: 'Bạn đang giữ nhiều đơn quá',
  cooling_down: 'Bạn để hết hạn giữ nhiều lần',
  blocked: 'Shop không nhận đơn này',
  too_many_lines: 'Đơn có nhiều mặt hàng quá',
  something_new: 'Không làm được việc này.',
}

test('every refusal is told in words', async () => {
  for (const [reason, words] of Object.entries(REFUSALS)) {
    const { page, told, tap, send, close } = await play()
    send(outcome({ key: await tap(), result: 'refused', reason }))
    await told(words).waitFor()
    assert.deepEqual(page.complaints, [])
    await close()
  }
})

test('who is told that it is busy waits in a queue, and the same key goes out again', async () => {
  const { page, played, told, tap, send, close } = await play()
  const key = await tap()
  send({ type: 'error', code: 'busy', detail: '', key })
  await told('Đông khách quá, đang xếp hàng cho bạn…').waitFor()
  await until(() => played.said.filter((said) => said.key === key).length === 2)
  send(outcome({ key, result: 'held', order: order().order, hold_until: from(600) }))
  await told('Đã giữ hàng cho bạn. Thanh toán trước').waitFor()
  assert.deepEqual(page.complaints, [])
  await close()
})

test('what is busy goes out again when the server said, and not before', async () => {
  const { played, told, send, pass, close } = await still({}, ({ tap }) => tap())
  const { key } = played.said[0]
  send({ type: 'error', code: 'busy', detail: '', key, retry_after_ms: 4000 })
  await told('Đông khách quá, đang xếp hàng cho bạn…').waitFor()
  const sent = () => played.said.filter((said) => said.key === key).length
  await pass(3500)
  assert.equal(sent(), 1)
  await pass(2000)
  await until(() => sent() === 2)
  await close()
})

test('a lost answer is asked for again under its key, on a ticket of the same buyer', async () => {
  const { played, told, tap, send, close } = await play()
  const key = await tap()
  await played.socket.close({ code: 1012 })
  await until(() => played.said.filter((said) => said.key === key).length === 2)
  send(outcome({ key, result: 'held', order: order().order }))
  await told('Đã giữ hàng cho bạn').waitFor()
  assert.deepEqual(played.hellos.at(-1).resume, POSITION)
  const tickets = played.calls.filter(({ call }) => call.endsWith('/tickets'))
  assert.equal(tickets.at(-1).body.buyer_token, 'b')
  assert.equal(tickets.at(-1).body.name, 'Lan')
  await close()
})

test('what waits for its answer outlives a reload of the page', async () => {
  const { page, played, told, tap, send, close } = await play()
  const key = await tap()
  await page.reload()
  await until(() => played.said.filter((said) => said.key === key).length === 2)
  await told('Đang gửi… (sẽ tự gửi lại)').waitFor()
  send(outcome({ key, result: 'waitlisted', lines: [{ code: 'D1', held: 0, waitlisted: 1, position_in_line: 5 }] }))
  await told('Bạn ở vị trí 5 trong danh sách chờ').waitFor()
  await close()
})

test('a name that cannot be one is said to be none, and the next one counts', async () => {
  const { played, region, told, tap, send, close } = await play()
  const at = `POST /v1/sessions/${session}/tickets`
  const good = played.answers[at]
  await until(() => played.hellos.length === 1)
  played.answers[at] = [422, { code: 'bad_name' }]
  await region.locator('[name=name]').fill('?')
  await region.locator('button.primary').click()
  await told('Viết tên của bạn').waitFor()
  played.answers[at] = good
  send(outcome({ key: await tap(), result: 'held', order: order().order }))
  await told('Đã giữ hàng cho bạn').waitFor()
  await close()
})

test('where the script fails the form is sent as it is', async () => {
  const { page, region, close } = await play()
  await region.locator('[name=name]').fill('Lan')
  await page.locator('[data-chot=link][data-state=live]').waitFor()
  const posted = page.waitForRequest((request) => request.url().endsWith('/orders'))
  await page.evaluate(() => {
    window.FormData = class {
      get() {
        throw new Error('broken')
      }
    }
  })
  await region.locator('button.primary').click()
  assert.match((await posted).postData() ?? '', /key=.+&buyer_token=.+&code=D1/)
  await close()
})

const tickets = ({ calls }) => calls.filter(({ call }) => call.endsWith('/tickets')).length
const crowded = (parts = {}) => ({ type: 'error', code: 'crowded', detail: '', ...parts })

/** A page that waits as long as it can and for which, after an act, time passes only when told. */
async function still(options, act = () => undefined) {
  const staged = await play({ clock: true, ...options })
  const { page, played } = staged
  await until(() => played.hellos.length === 1)
  await act(staged)
  await page.clock.pauseAt(Date.now() + 1000)
  await page.evaluate(() => {
    Math.random = () => 0.999
  })
  /** So much time passes, and what was asked in it has been heard. */
  const pass = async (ms) => {
    await page.clock.runFor(ms)
    await page.evaluate(() => fetch('/v1/heard'))
  }
  return { ...staged, pass }
}

test('who is told that it is crowded asks for no ticket before the time that was given', async () => {
  const { page, played, pass, close } = await still({ frames: [crowded({ retry_after_ms: 5000 })] })
  for (const again of [2, 3]) {
    await played.socket.close({ code: 1013, reason: 'busy' })
    await page.locator('[data-chot=link][data-state=offline]').waitFor()
    await pass(4000)
    assert.equal(tickets(played), again - 1)
    await pass(2000)
    await until(() => played.hellos.length === again)
  }
  await close()
})

test('a call for a ticket that comes too early is made again after the time that was given', async () => {
  const { page, played, pass, close } = await still()
  const at = `POST /v1/sessions/${session}/tickets`
  played.answers[at] = [503, { code: 'crowded', retry_after_ms: 5000 }]
  await played.socket.close({ code: 1012 })
  await pass(1000)
  await until(() => tickets(played) === 2)
  await page.locator('[data-chot=link][data-state=offline]').waitFor()
  await pass(4000)
  assert.equal(tickets(played), 2)
  await pass(2000)
  await until(() => tickets(played) === 3)
  await close()
})

test('who is refused in one try after the other waits longer each time', async () => {
  const { page, played, pass, close } = await still({ frames: [crowded()] })
  for (const [again, early] of [[2, 1000], [3, 2000], [4, 4000]]) {
    await played.socket.close({ code: 1013, reason: 'busy' })
    await page.locator('[data-chot=link][data-state=offline]').waitFor()
    await pass(early)
    assert.equal(tickets(played), again - 1)
    await pass(500)
    await until(() => played.hellos.length === again)
  }
  await close()
})

test('a history that was lost is forgotten', async () => {
  const { played, close } = await play()
  await until(() => played.hellos.length === 1)
  await played.socket.close({ code: 4001 })
  await until(() => played.hellos.length === 2)
  assert.equal(played.hellos[1].resume, undefined)
  await close()
})

const waits = [{ code: 'D1', held: 0, waitlisted: 2, position_in_line: 5, price: money(95000) }]
const STATES = {
  live: {},
  'sold out': { frames: () => [welcome({ offers: [offer({ left: 0 })] })] },
  closed: { frames: () => [welcome({ offers: [offer({ open: false })] })] },
  draft: { frames: () => [welcome({ state: 'draft' })] },
  paused: { frames: () => [welcome({ state: 'paused' })] },
  ended: { frames: () => [welcome({ state: 'ended', orders: [order()] })], link: 'ended' },
  orders: {
    frames: () => [welcome({ orders: [order({ hold_until: from(300) }), order({ order: '7k3m9qa2x4-o3', lines: waits })] })],
  },
  expiring: {
    frames: () => [welcome({ orders: [order({ hold_until: from(40) })] })],
    act: ({ page }) => page.getByRole('alert').getByText(/Sắp hết|ends soon/).waitFor(),
  },
  sending: { act: ({ tap }) => tap() },
  refused: {
    act: async ({ tap, send, region }) => {
      send(outcome({ key: await tap(), result: 'refused', reason: 'over_limit' }))
      await region.locator('.told.complaint').waitFor()
    },
  },
  code: { act: async ({ page }) => {
    await page.getByRole('button', { name: /TikTok/ }).click()
    await page.getByText('#4821').waitFor()
  } },
  slow: {
    link: 'slow',
    act: ({ played }) => {
      played.pongs = false
    },
  },
  offline: {
    link: 'offline',
    frames: () => [welcome({ orders: [order({ hold_until: from(300) })] })],
    act: async ({ page, played }) => {
      await page.locator('[data-chot=orders] li').waitFor()
      await played.socket.close({ code: 1012 })
    },
  },
}

for (const look of LOOKS) {
  for (const [name, state] of Object.entries(STATES)) {
    test(`sale, ${name} (${look.name}): fits, and axe finds nothing`, async () => {
      const { name: _, ...options } = look
      const staged = await play({ frames: state.frames?.() ?? [welcome()], ...options })
      const { page } = staged
      await page.locator('[data-chot=link]:not([data-state=offline])').waitFor()
      await state.act?.(staged)
      await page.locator(`[data-chot=link][data-state=${state.link ?? 'live'}]`).waitFor()
      await sound(page, `sale ${name}`, look)
      await staged.close()
    })
  }
}
