// Somebody who has never seen it: from the set-up link over a rehearsal to a live with 200 comments,
// its balanced end and the sheets that a spreadsheet opens.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fits, launch, open } from './house/browser.mjs'
import { Server } from './house/server.mjs'
import { readSheets, throughLibreOffice } from './house/sheets.mjs'
import { speak } from './house/viewers.mjs'

const TAPS_MAX = 15
const TYPED_MAX = 4
const LIST = 'Cam sành, 45.000, 200\nBí đỏ, 25.000, 20\nDâu tây, 95.000, 90'
/** Names that a spreadsheet would calculate with. */
const NAMES = ['=1+1', '+84 912', '-2', '@Lan', '=HYPERLINK("http://x","y")']

let server
let browser
let page
let taps = 0
let typed = 0

before(async () => {
  server = await Server.open()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await server?.close()
})

const button = (name) => page.getByRole('button', { name, exact: typeof name === 'string' })
const inDialog = (name) => page.getByRole('dialog').getByRole('button', { name, exact: typeof name === 'string' })
const noDialog = () => page.locator('dialog').waitFor({ state: 'detached' })
const session = () => new URL(page.url()).pathname.split('/').pop()

async function tap(locator) {
  taps += 1
  await locator.click()
}

async function type(locator, text) {
  typed += 1
  await locator.fill(text)
}

async function orders(id) {
  const all = []
  let cursor
  do {
    const more = cursor === undefined ? '' : `?cursor=${cursor}`
    const answer = await page.evaluate(async (path) => (await fetch(path)).json(), `/v1/sessions/${id}/orders${more}`)
    all.push(...answer.orders)
    cursor = answer.next_cursor
  } while (cursor !== undefined)
  return all
}

const offersOf = async (id) => (await server.call('GET', `/v1/sessions/${id}`)).offers

/** From the set-up link to a first practice order; the address of the real session. */
async function rehearse() {
  const { pathname, search } = new URL(await server.says('setup'))
  page = await open(browser, server.url + pathname + search)
  await type(page.getByLabel('Tên cửa hàng'), 'Bí Ba Bể')
  await type(page.getByLabel('Tên của bạn'), 'Chị Đào')
  await type(page.getByLabel('Mật khẩu'), 'bi-do-ngot-lam')
  await tap(button('Mở cửa hàng'))
  await tap(button('Phiên mới'))
  await type(page.getByLabel('Danh sách hàng'), LIST)
  await tap(button('Đọc danh sách'))
  await tap(button('Tạo phiên'))
  await page.waitForURL('**/host/*')
  const real = page.url()
  await page.goto(`${server.url}/host`)
  await tap(button(/^Diễn tập/))
  await page.waitForURL('**/host/*')
  await page.getByText('DỮ LIỆU THỬ').waitFor()
  const start = button('Bắt đầu nhận đơn')
  await start.or(button(/^Ghim tiếp/)).first().waitFor()
  if (await start.isVisible()) await tap(start)
  await tap(button(/^Ghim tiếp/))
  await page.locator('.row').getByText('Đang giữ').or(page.locator('.row .chip.ok')).first().waitFor()
  return real
}

/** What 150 people on the sale's own page write; a code that nobody sells is the same for 15. */
function written([a, b, c]) {
  const kinds = [
    [`chốt ${a}`, 'takes'],
    [`${a} x2`, 'takes'],
    [`${c} 1`, 'takes'],
    [`cho e 1 ${b}`, 'takes'],
    [`${a} còn không shop?`, 'noted'],
    ['đẹp quá', 'noted'],
    [`${b} x1`, 'takes'],
    [`chốt ${c} x2`, 'takes'],
    ['K9 x1', 'review'],
    [`${a} 1 ${c} 1`, 'takes'],
  ]
  return Array.from({ length: 150 }, (_, at) => {
    const [text, kind] = kinds[at % kinds.length]
    const name = `${NAMES[at] ?? 'Khách'} ${at}`
    return { name, text, kind }
  })
}

async function paste(lines, done) {
  await button('Thêm').click()
  await inDialog('Dán bình luận').click()
  await page.locator('#paste').fill(lines.join('\n'))
  await button(`Đọc ${lines.length} dòng`).click()
  await page.getByText(done).waitFor()
  await button('Đóng').click()
  await noDialog()
}

/** One more for an order that is found by its buyer's name, and another one cancelled. */
async function correct(id) {
  await page.getByRole('navigation').getByRole('button', { name: 'Đơn', exact: true }).click()
  const listed = await orders(id)
  const of = (name) => listed.find((order) => order.buyer_name === name).order
  const [more, less] = [of('Bà 30'), of('Bà 41')]
  const now = async (order) => (await orders(id)).find((one) => one.order === order)
  const openOrder = async (order) => {
    const name = listed.find((one) => one.order === order).buyer_name
    await page.locator('.middle-column [type=search]').fill(name.toLowerCase().replace('à', 'a'))
    await page.locator(`.middle-column [data-chot="order:${order}"] .wide`).click()
    await page.getByRole('dialog').waitFor()
  }
  const before = (await now(more)).lines[0]
  await openOrder(more)
  await inDialog(`+ ${before.code}`).click()
  await inDialog('Lưu').click()
  await noDialog()
  assert.equal(heldOf(await now(more), before.code), before.held + 1)
  await openOrder(less)
  await inDialog('Huỷ đơn').click()
  await until(async () => (await now(less)).state === 'cancelled')
  if (await page.locator('dialog').isVisible()) await inDialog('Đóng').click()
  await noDialog()
}

const heldOf = ({ lines }, code) =>
  lines.filter((line) => line.code === code).reduce((sum, line) => sum + line.held, 0)

async function until(holds) {
  while (!(await holds())) await page.waitForTimeout(200)
}

/** All cards of the unknown code become orders of the first offer with one answer. */
async function answerAll(id, code, count) {
  const before = (await orders(id)).length
  await button(/^Cần xem/).click()
  const card = page.locator('[data-chot=review]').filter({ hasText: `${count} bình luận giống nhau` })
  await card.getByRole('button', { name: 'Gán mã' }).click()
  await page.getByRole('dialog').getByRole('button', { name: new RegExp(`^${code}`) }).click()
  await card.waitFor({ state: 'detached' })
  await until(async () => (await orders(id)).length === before + count)
}

/** What the figures of the end come to, counted from the orders by this test alone. */
function sums(listed) {
  const sum = { goods: 0, byCode: new Map() }
  for (const { state, lines } of listed) {
    if (state === 'cancelled' || state === 'expired') continue
    for (const line of lines) {
      sum.goods += line.price.amount * line.held
      sum.byCode.set(line.code, (sum.byCode.get(line.code) ?? 0) + line.held)
    }
  }
  return sum
}

test('a stranger’s first evening', async (t) => {
  const real = await rehearse()
  assert.ok(taps <= TAPS_MAX && typed <= TYPED_MAX, `${taps} taps, ${typed} typed fields`)
  t.diagnostic(`set-up link to the first practice order: ${taps} taps, ${typed} typed fields`)

  const ops = await open(browser, `${server.ops.replace('127.0.0.1', 'chot.test')}/ops`)
  await ops.getByText(/tập dượt$/).first().waitFor()
  await ops.context().close()

  await page.goto(real)
  const id = session()
  await button('Bắt đầu nhận đơn').click()
  await button(/^Ghim tiếp/).click()
  const codes = (await offersOf(id)).map((offer) => offer.code)
  const said = written(codes)
  const outcomes = await speak(browser, `${server.url}/v/${id}`, said)
  said.forEach(({ kind, text }, at) => {
    const { result } = outcomes[at]
    const was = ['held', 'partial', 'waitlisted'].includes(result) ? 'takes' : result
    assert.equal(was, kind, `${text}: ${JSON.stringify(outcomes[at])}`)
  })

  const lines = Array.from({ length: 50 }, (_, at) =>
    at % 5 === 4 ? `Bà ${at}: mai có ${codes[0]} nữa không` : `Bà ${at}: ${codes[at % 3]} x1`,
  )
  await paste(lines, '50 dòng đã đọc, 0 dòng lặp lại (đã tính 1 lần)')
  const once = (await orders(id)).length
  await paste(lines, '50 dòng đã đọc, 50 dòng lặp lại (đã tính 1 lần)')
  assert.equal((await orders(id)).length, once)

  await correct(id)
  await answerAll(id, codes[0], 15)

  await page.getByRole('navigation').getByRole('button', { name: 'Bình luận' }).click()
  await page.locator('footer').getByRole('button', { name: 'Nhập thêm' }).click()
  await button('+5').click()
  await button('Thêm 5').click()
  await noDialog()

  await button('Thêm').click()
  await inDialog('Kết thúc phiên').click()
  await page.locator('.hold').focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await page.getByText('Số liệu khớp').waitFor()
  const listed = await orders(id)
  const counted = sums(listed)
  const summary = await page.evaluate(async (path) => (await fetch(path)).json(), `/v1/sessions/${id}/summary`)
  assert.equal(summary.total.amount, counted.goods)
  for (const offer of summary.offers) {
    assert.equal(offer.held + offer.sold, counted.byCode.get(offer.code) ?? 0)
    assert.equal(offer.free + offer.held + offer.sold, offer.stock)
  }
  assert.equal(await fits(page), true)

  const files = []
  for (const name of ['Tải CSV', 'Tải Excel']) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()])
    const path = `${server.folder}/${download.suggestedFilename()}`
    await download.saveAs(path)
    files.push(path)
  }
  const sheets = await readSheets(...files)
  for (const [kind, { rows, formulas }] of Object.entries(sheets)) {
    assert.deepEqual(formulas, [], kind)
    assert.equal(rows.length, listed.flatMap((order) => order.lines).length, kind)
    const taken = rows.filter((row) => !['cancelled', 'expired'].includes(row.state))
    assert.equal(taken.reduce((sum, row) => sum + Number(row.held) * Number(row.price), 0), counted.goods, kind)
  }
  if (process.env.CHOT_LONG !== undefined) {
    const office = await throughLibreOffice(files[1])
    assert.equal(office.trim().split('\n').length, sheets.xlsx.rows.length + 1)
    assert.ok(!/Err:|#NAME|#REF/.test(office), 'LibreOffice calculates nothing')
  }
  assert.deepEqual(page.complaints, [])
})
