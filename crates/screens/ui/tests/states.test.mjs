// Every state of the host's pages: as a picture, without a complaint, without a finding of axe.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch } from './house/browser.mjs'
import { LOOKS, sound } from './house/looks.mjs'
import { frame, serveShell, stage } from './house/shell.mjs'

const SESSION = '7k3m9qa2x4-s1'
const AT = `/v1/sessions/${SESSION}`
const evening = (parts = {}) => ({ ...frame('evening'), ...parts })
const about = (parts) => ({ session: { ...frame('evening').session, ...parts } })
const LAN = frame('evening').holds.orders.find((order) => order.order === '7k3m9qa2x4-o2')
const soldOut = () => {
  const offers = frame('evening').offers
  return { offers: offers.map((offer) => ({ ...offer, pinned: offer.code === 'D3' })) }
}
const SESSIONS = [
  { session: SESSION, title: 'Phiên tối nay', state: 'live', offers: 3, orders: 83 },
  { session: '7k3m9qa2x4-s0', title: 'Chợ phiên thứ bảy', state: 'ended', offers: 12, orders: 284 },
]
const PREPARED = {
  lines: [
    { line: 1, text: 'Cam, 45, 30kg', asked: true, offer: { code: 'H1', name: 'Cam', price: { amount: 45000, currency: 'VND' }, unit: 'kg', step: 0.5, stock: 30 } },
    { line: 2, text: 'Bí đỏ', asked: false, error: 'no_price', detail: 'Thiếu giá. Viết: Bí đỏ, 45k, 30', detail_en: 'The price is missing. Write: Bí đỏ, 45k, 30' },
  ],
}
const PASTED = {
  counted: 1, repeated: 1, failed: 1,
  lines: [
    { line: 1, buyer_name: 'Lan', text: 'chốt D1', repeated: false, outcome: { result: 'held', lines: [{ code: 'D1', held: 1, waitlisted: 0 }] } },
    { line: 2, buyer_name: 'Minh', text: 'D1 x1', repeated: true, outcome: { result: 'held', lines: [] } },
    { line: 3, text: 'chốt D1', repeated: false, error: 'no_name' },
  ],
}
const QR = '<?xml version="1.0" standalone="yes"?><svg xmlns="http://www.w3.org/2000/svg"/>'

const PHOTO = { photo: '/assets/icon.svg', thumb: '/assets/icon.svg' }
const HANDOVER = { url: 'http://192.168.1.7:8080/sign-in?link=x', qr: QR, expires_at: '2099-01-01T00:00:00.000Z' }
const button = (page, name) => page.getByRole('button', { name })
const menu = (vi, en) => async ({ page }) => {
  await button(page, /^(Thêm|More)$/).click()
  await page.getByRole('dialog').getByRole('button', { name: new RegExp(`^(${vi}|${en})$`) }).click()
  await page.getByRole('dialog', { name: new RegExp(`^(${vi}|${en})`) }).waitFor()
}
const tab = (name) => ({ page }) => page.getByRole('navigation').getByRole('button', { name }).click()
const answers = {
  [`GET ${AT}/summary`]: [200, frame('summary')],
  'GET /v1/sessions': [200, { sessions: SESSIONS }],
  [`GET ${AT}`]: [200, { offers: [] }],
  'GET /v1/me': [200, { addresses: [] }],
}

// Each: its page, the frames it is told, the answers its calls get, what is done, what a browser may log.
const CONTACT = {
  name: 'Chị Lan', phone: '0912345678', address: 'Bản Áng, Đông Sang\nMộc Châu, Sơn La',
  consent: { purpose: 'delivery', version: 1, at: '2026-11-23T13:05:11.000Z' },
}
const GOES = { [`GET ${AT}/orders/7k3m9qa2x4-o2/contact`]: [200, CONTACT] }

const ME = {
  shop: '7k3m9qa2x4', shop_name: 'Vườn nhà', name: 'Chị Đào', role: 'owner', addresses: [], secure: false, buyers_are: 'bạn',
  may: ['look', 'sell', 'correct_stock', 'see_orders', 'order', 'see_contacts', 'export', 'manage_people'], duty: 'none',
  second: true, shops: [{ shop: '7k3m9qa2x4', name: 'Vườn nhà', role: 'owner' }],
}
const soon = () => new Date(Date.now() + 3_500_000).toISOString()
const assist = (state) => ({ 'GET /v1/me': () => [200, { ...ME, assists: [{ person: 3, name: 'Chị Hoa', state, until: soon() }] }] })
const answering = { 'GET /v1/me': [200, { ...ME, may: [...ME.may, 'answer_buyers'] }] }
const operator = { 'GET /v1/me': [200, { ...ME, duty: 'operator' }] }
const BACKUP = { at: '2026-11-23T14:59:00.000Z', to: '/media/usb/chot/7k3m9qa2x4-2026-11-23.chot', bytes: 12_345_678 }
const eraseTwice = async (played) => {
  await STATES['a buyer’s data'].act(played)
  const erase = button(played.page, /^(Xoá dữ liệu|Erase the data)$/)
  await erase.click()
  await played.page.getByText(/Nhấn lần nữa để xoá hẳn|Press again to erase for good/).waitFor()
  assert.equal(played.calls.filter(({ call }) => call.startsWith('DELETE')).length, 0, 'once is not enough')
  await erase.click()
}
const backUp = (told) => async ({ page }) => {
  await button(page, /^(Sao lưu ngay|Back up now)$/).click()
  await page.locator('[data-chot=backup]').getByText(told).waitFor()
}
const packer = { ...ME, role: 'packer', may: ['look', 'see_orders', 'see_contacts'] }
const alerts = ({ page }) => page.getByRole('alert').first().waitFor()

const STATES = {
  'home, empty': { path: '/host', answers: { 'GET /v1/sessions': [200, { sessions: [] }] } },
  home: { path: '/host' },
  'home, signed out': { path: '/host', answers: { 'GET /v1/sessions': [401, { code: 'unauthorized' }] }, logs: /401/ },
  handover: {
    path: '/host', answers: { 'POST /v1/handover': [200, HANDOVER] },
    act: async ({ page }) => {
      await button(page, /Mở trên điện thoại|Open on the phone/).click()
      await page.getByRole('dialog').waitFor()
    },
  },
  'another address': {
    answers: {
      'GET /v1/me': (asked) => [200, { addresses: [`http://192.168.1.${asked < 4 ? 7 : 9}:8080`] }],
      'POST /v1/handover': [200, HANDOVER],
    },
    act: async ({ page }) => {
      await page.getByText(/Địa chỉ mạng của máy này đã đổi|This machine has another network address/).waitFor()
      await button(page, /Mở trên điện thoại|Open on the phone/).click()
      await page.getByRole('dialog').getByText('192.168.1.7').waitFor()
    },
  },
  prepare: {
    path: '/host', answers: { 'POST /v1/prepare': [200, PREPARED] },
    act: async ({ page }) => {
      await button(page, /Phiên mới|New session/).click()
      await page.locator('#list').fill('Cam, 45, 30kg\nBí đỏ')
      await button(page, /Đọc danh sách|Read the list/).click()
      await page.locator('.draft summary').click()
      await button(page, /Thêm quy cách|Add a pack/).click()
    },
  },
  connecting: { frames: [] },
  draft: { frames: [evening({ ...about({ state: 'draft' }), feed: [] })] },
  live: {},
  'live, no comment': { frames: [evening({ feed: [] })] },
  'nothing pinned': { frames: [evening({ offers: [] })] },
  'sold out': { frames: [evening(soldOut())] },
  practice: { answers: { [`GET ${AT}`]: [200, { practice: true, offers: [] }] }, act: ({ page }) => page.getByText(/DỮ LIỆU THỬ|PRACTICE/).waitFor() },
  paused: { frames: [evening(about({ state: 'paused' }))] },
  slow: {
    act: async (played) => {
      played.pongs = false
      await played.page.locator('[data-chot=link][data-state=slow]').waitFor()
    },
  },
  offline: {
    act: async (played) => {
      await played.page.locator('.row').first().waitFor()
      await played.socket.close({ code: 1012 })
      await played.page.locator('[data-chot=link][data-state=offline]').waitFor()
    },
  },
  'back again': { frames: [evening({ missed: { comments: 214, orders: 31 } })] },
  'another in control': { frames: [evening(about({ controller: { name: 'máy của Minh', mine: false } }))] },
  'needs you': { act: tab(/Cần xem|Needs you/) },
  'nothing needs you': { frames: [evening({ reviews: { open: 0, groups: [] } })], act: tab(/Cần xem|Needs you/) },
  orders: { act: tab(/^(Đơn|Orders)$/) },
  waiting: { act: tab(/Danh sách chờ|Waitlist/) },
  'a row': { act: ({ page }) => page.locator('.row').nth(1).click() },
  'an order': {
    act: async (played) => {
      await tab(/^(Đơn|Orders)$/)(played)
      await played.page.locator('.middle-column [data-chot="order:7k3m9qa2x4-o2"] .wide').click()
    },
  },
  'an order and where it goes': {
    answers: GOES,
    act: async (played) => {
      await STATES['an order'].act(played)
      await button(played.page, /Xem nơi nhận|Show where it goes/).click()
      await played.page.locator('dialog a[href="tel:0912345678"]').waitFor()
    },
  },
  'an order that goes nowhere yet': {
    answers: { [Object.keys(GOES)[0]]: [404, { code: 'no_contact' }] },
    logs: /404/,
    act: async (played) => {
      await STATES['an order'].act(played)
      await button(played.page, /Xem nơi nhận|Show where it goes/).click()
      await played.page.getByText(/chưa cho biết nơi nhận|has not said where it goes/).waitFor()
    },
  },
  slip: {
    answers: GOES,
    act: async (played) => {
      await STATES['an order'].act(played)
      await button(played.page, /In phiếu|Print slip/).click()
      await played.page.locator('.slip').getByText('Mộc Châu').waitFor()
    },
  },
  'remind the buyer': {
    answers: {
      [`GET ${AT}/orders/7k3m9qa2x4-o2/page`]: [200, { path: '/o/7k3m9qa2x4-o2.q3xT' }],
    },
    act: async (played) => {
      await STATES['an order'].act(played)
      await button(played.page, /Nhắc khách|Remind buyer/).click()
      await played.page.waitForFunction(() => document.querySelector('#remind').value.endsWith('/o/7k3m9qa2x4-o2.q3xT'))
      await button(played.page, /^(Sao chép|Copy)$/).click()
      await played.page.getByText(/Đã sao chép|Copied/).waitFor()
    },
  },
  'a buyer’s data': {
    answers: answering,
    act: async (played) => {
      await STATES['an order'].act(played)
      await button(played.page, /^(Dữ liệu của người mua|The buyer’s data)$/).click()
      const copy = played.page.getByRole('link', { name: /^(Tải bản sao|Download a copy)$/ })
      assert.equal(await copy.getAttribute('href'), `/v1/buyers/${LAN.buyer}`)
    },
  },
  'a copy asks for proof': {
    answers: answering,
    act: async (played) => {
      await STATES['a buyer’s data'].act(played)
      await played.page.getByRole('link', { name: /^(Tải bản sao|Download a copy)$/ }).click()
      await played.page.getByRole('dialog', { name: /Xác nhận là bạn|Show that it is you/ }).waitFor()
    },
  },
  'a buyer is erased': {
    answers: { ...answering, [`DELETE /v1/buyers/${LAN.buyer}`]: [200, { erased: true, accounts: 1, position: { epoch: 2, seq: 900 } }] },
    act: async (played) => {
      await eraseTwice(played)
      await played.page.getByText(/Đã xoá dữ liệu của người này|This buyer’s data is erased/).waitFor()
      const sent = played.calls.find(({ call }) => call.startsWith('DELETE'))
      assert.match(sent.headers['idempotency-key'], /^[0-9a-f]{32}$/)
      await button(played.page, /^(Đóng|Close)$/).click()
      await played.page.getByRole('heading', { level: 2, name: /Người mua đã xoá|Erased buyer/ }).waitFor()
      assert.equal(await played.page.locator('dialog, [data-chot^="order:"]').getByText(LAN.buyer_name).count(), 0)
    },
  },
  'a buyer with an open order': {
    answers: { ...answering, [`DELETE /v1/buyers/${LAN.buyer}`]: [409, { code: 'open_orders' }] },
    logs: /409/,
    act: async (played) => {
      await eraseTwice(played)
      await played.page.getByText(/Hãy nhận tiền, huỷ đơn|Settle or cancel what is held/).waitFor()
    },
  },
  assign: {
    act: async (played) => {
      await tab(/Cần xem|Needs you/)(played)
      await button(played.page, /Gán mã|Assign product/).first().click()
    },
  },
  restock: { act: ({ page }) => page.locator('footer').getByRole('button', { name: /Nhập thêm|Restock/ }).click() },
  photo: { answers: { [`GET ${AT}`]: [200, { offers: [{ code: 'D1', ...PHOTO }] }] }, act: menu('Ảnh', 'Photo') },
  price: {
    act: async ({ page }) => {
      await page.locator('.price').click()
      await page.locator('#price').fill('45')
    },
  },
  menu: { act: ({ page }) => button(page, /^(Thêm|More)$/).click() },
  'choose what to pin': { act: menu('Chọn hàng để ghim', 'Choose what to pin') },
  'the end': { act: menu('Kết thúc phiên', 'End session') },
  aloud: { answers: { [`GET ${AT}/orders`]: [200, { orders: frame('evening').holds.orders }] }, act: menu('Danh sách để đọc', 'List to read aloud') },
  settings: { act: menu('Âm thanh và phím tắt', 'Sounds and keys') },
  staff: {
    act: async (played) => {
      await menu('Đơn nhập tay', 'Order by hand')(played)
      await played.page.locator('#staff').fill('lan d1 2')
    },
  },
  paste: {
    answers: { [`POST ${AT}/paste`]: [200, PASTED] },
    act: async (played) => {
      await menu('Dán bình luận', 'Paste comments')(played)
      await played.page.locator('#paste').fill('Lan: chốt D1\nMinh: D1 x1\nchốt D1')
      await button(played.page, /Đọc 3 dòng|Read 3 lines/).click()
      await played.page.locator('dialog .places li').first().waitFor()
    },
  },
  undo: {
    act: async (played) => {
      await tab(/Cần xem|Needs you/)(played)
      await button(played.page, /^(Bỏ qua|Ignore)$/).first().click()
      await button(played.page, /Hoàn tác|Undo/).waitFor()
    },
  },
  conflict: {
    answers: { [`PATCH ${AT}/offers/D1`]: [409, { code: 'stale', current: { ...frame('evening').offers[0], version: 4 } }] },
    logs: /409/,
    act: async ({ page }) => {
      await page.locator('.price').click()
      await page.locator('#price').fill('95k')
      await button(page, /^(Lưu|Save)$/).click()
      await page.getByRole('alert').waitFor()
    },
  },
  'not saved': {
    answers: { [`PATCH ${AT}/offers/D2`]: [500, { code: 'internal', detail: '' }] },
    logs: /500/,
    act: async ({ page }) => {
      await button(page, /Ghim tiếp|Pin next/).click()
      await page.getByRole('alert').waitFor()
    },
  },
  'signed out': {
    answers: { [`PATCH ${AT}/offers/D2`]: [401, { code: 'unauthorized' }] },
    logs: /401/,
    act: async ({ page }) => {
      await button(page, /Ghim tiếp|Pin next/).click()
      await page.getByRole('alert').waitFor()
    },
  },
  'a helper asks': { answers: assist('asked'), act: ({ page }) => page.getByText(/Chị Hoa xin vào giúp trong 60 phút|Chị Hoa asks to help for 60 minutes/).waitFor() },
  'a helper at work': { answers: assist('open'), act: ({ page }) => page.getByText(/Chị Hoa đang giúp, còn 5\d phút|Chị Hoa is helping, 5\d min left/).waitFor() },
  'a packer looks': {
    answers: { 'GET /v1/me': [200, packer] },
    act: async ({ page }) => {
      await page.getByText(/Vai trò của bạn \(người đóng gói\)|Your role \(packer\)/).waitFor()
      await button(page, /^(Thêm|More)$/).click()
      await page.getByRole('dialog').waitFor()
      assert.equal(await button(page, /Kết thúc phiên|End session|Dán bình luận|Paste comments/).count(), 0)
    },
  },
  'proof is asked for': {
    answers: { 'GET /v1/me': [200, ME], [`PATCH ${AT}/offers/D2`]: [403, { code: 'proof_needed' }] },
    logs: /403/,
    act: async ({ page }) => {
      await button(page, /Ghim tiếp|Pin next/).click()
      await page.getByRole('dialog', { name: /Xác nhận là bạn|Show that it is you/ }).waitFor()
    },
  },
  'proof was not given': {
    answers: { 'GET /v1/me': [200, ME], [`PATCH ${AT}/offers/D2`]: [403, { code: 'proof_needed' }] },
    logs: /403/,
    act: async (played) => {
      await STATES['proof is asked for'].act(played)
      await played.page.keyboard.press('Escape')
      await played.page.getByText(/Chưa xác nhận nên chưa làm gì cả|Nothing was done/).waitFor()
    },
  },
  'let go': {
    answers: { 'GET /v1/me': [200, { ...ME, role: undefined, may: [], shops: [] }] },
    act: async (played) => {
      await played.socket.close({ code: 4500, reason: 'unauthorized' })
      await alerts(played)
      assert.equal(await played.page.locator('.pinned, .row').count(), 0)
    },
  },
  ended: {
    frames: [evening(about({ state: 'ended' }))],
    act: async ({ page }) => {
      await page.getByText(/Số liệu khớp|The figures balance/).waitFor()
      assert.equal(await page.locator('[data-chot=backup]').count(), 0, 'for the operator only')
    },
  },
  'ended, backed up': {
    frames: [evening(about({ state: 'ended' }))],
    answers: { ...operator, 'GET /v1/backup': [200, {}], 'POST /v1/backup': [200, BACKUP] },
    act: async ({ page }) => {
      await page.getByText(/Chưa có bản sao lưu nào|No backup yet/).waitFor()
      await backUp(/21:59 23.*2026, 12[.,]4 MB, (ở|in) .media.usb/)({ page })
    },
  },
  'ended, a backup lies there': {
    frames: [evening(about({ state: 'ended' }))],
    answers: { ...operator, 'GET /v1/backup': [200, { last: BACKUP }], 'POST /v1/backup': [503, { code: 'backup_failed' }] },
    logs: /503/,
    act: async ({ page }) => {
      await page.locator('[data-chot=backup]').getByText(/21:59 23.*2026/).waitFor()
      await backUp(/đơn vẫn an toàn trên máy này|orders are safe on this machine/)({ page })
    },
  },
  'ended, no place for a backup': {
    frames: [evening(about({ state: 'ended' }))],
    answers: { ...operator, 'GET /v1/backup': [200, {}], 'POST /v1/backup': [409, { code: 'backup_no_place' }] },
    logs: /409/,
    act: backUp(/--backup-to/),
  },
}

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

for (const look of LOOKS) {
  for (const [name, state] of Object.entries(STATES)) {
    test(`host, ${name} (${look.name}): fits, and axe finds nothing`, async () => {
      const { name: _, ...options } = look
      const frames = state.frames ?? [evening()]
      const all = { ...answers, ...state.answers }
      const url = `${shell.url}${state.path ?? `/host/${SESSION}`}`
      const played = await stage(browser, url, { ...options, frames, answers: all })
      const { page } = played
      if (state.path !== undefined) await page.getByRole('heading', { level: 1 }).waitFor()
      else if (frames.length > 0) await page.locator('.pinned, .summary').first().waitFor()
      await state.act?.(played)
      await sound(page, `host ${name}`, look, state.logs)
      await played.close()
    })
  }
}
