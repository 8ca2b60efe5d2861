// The people of a shop, on a phone each: who is invited, what they may, who goes; proof, the second
// lock, devices, and who did what.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { launch, open, PHONE } from './house/browser.mjs'
import { LOOKS, sound } from './house/looks.mjs'
import { ask, comeIn, digits, handOver, openServer, PASSWORD, prove, shownLink } from './house/people.mjs'

const OFFERS = [
  { code: 'D1', name: 'Cam sành', price: 45000, unit: 'kg', stock: 30 },
  { code: 'D2', name: 'Bí đỏ', price: 25000, stock: 12 },
]
/** What a browser says of calls that are refused on purpose. */
const REFUSED = /401|403|404|409|410/

let server
let browser
let owner
let session

before(async () => {
  server = await openServer()
  browser = await launch()
  owner = await comeIn(browser, await server.says('setup'), { name: 'Chị Đào', shop: 'Vườn nhà' })
  const made = await ask(owner, 'POST', '/v1/sessions', { title: 'Phiên tối nay', offers: OFFERS })
  session = made.json.session
  await ask(owner, 'POST', `/v1/sessions/${session}/state`, { state: 'live' })
  const claim = { buyer_name: 'Lan Anh', lines: [{ code: 'D1', quantity: 1 }] }
  await ask(owner, 'POST', `/v1/sessions/${session}/claims`, claim)
})

after(async () => {
  await browser?.close()
  await server?.close()
})

const button = (page, name) => page.getByRole('button', { name, exact: typeof name === 'string' })
const card = (page, name) => page.locator('[data-chot^="person:"]').filter({ hasText: name })

/** The link of an invitation, as the owner's page shows it. */
async function invite(role) {
  await owner.goto(`${server.url}/people#people`)
  await button(owner, 'Mời người làm').click()
  await owner.getByRole('radio', { name: new RegExp(`^${role}`) }).check()
  await button(owner, 'Lấy mã mời').click()
  return shownLink(owner)
}

async function changeRole(name, role) {
  await button(owner, `Đổi vai trò: ${name}`).click()
  await owner.getByRole('radio', { name: new RegExp(`^${role}`) }).check()
  await button(owner, 'Lưu').click()
  await owner.locator('dialog').waitFor({ state: 'detached' })
  await card(owner, name).filter({ hasText: role }).waitFor()
}

test('invited by a code, she packs; another role shows what it may; let go, her console closes', async () => {
  const link = await invite('người đóng gói')
  const lan = await comeIn(browser, link, { name: 'Lan' })
  await owner.goto(`${server.url}/people`)
  await card(owner, 'Lan').filter({ hasText: 'người đóng gói' }).waitFor()

  await lan.goto(`${server.url}/host/${session}`)
  await lan.locator('.pinned').waitFor()
  await lan.getByText('Vai trò của bạn (người đóng gói)').first().waitFor()
  assert.equal(await button(lan, /^Ghim tiếp/).count(), 0)
  assert.equal(await button(lan, 'Nhập thêm').count(), 0)
  await lan.getByRole('navigation').getByRole('button', { name: 'Đơn', exact: true }).click()
  await lan.locator('.middle-column').getByText('Lan Anh').waitFor()
  assert.equal(await button(lan, 'Nhả hàng').count(), 0)
  await lan.locator('.middle-column .card .wide').first().click()
  await button(lan, 'Xem nơi nhận').waitFor()
  assert.equal(await button(lan, 'Huỷ đơn').count(), 0)
  await button(lan, 'Đóng').click()
  const refused = await ask(lan, 'PATCH', `/v1/sessions/${session}/offers/D1`, { pinned: true })
  assert.equal(refused.status, 403)

  await changeRole('Lan', 'người bán')
  await button(lan, /^Ghim tiếp/).click()
  await lan.locator('.pinned').getByText('Cam sành').waitFor()
  assert.equal(await button(lan, 'Nhập thêm').first().isEnabled(), true)

  await changeRole('Lan', 'người xem')
  await lan.getByText('Vai trò của bạn (người xem)').first().waitFor()
  assert.equal(await button(lan, /^Ghim tiếp/).count(), 0)
  await lan.locator('.middle-column .card .wide').first().click()
  await lan.getByRole('dialog').waitFor()
  assert.equal(await button(lan, 'Xem nơi nhận').count(), 0)
  await button(lan, 'Đóng').click()

  await button(owner, 'Cho nghỉ: Lan').click()
  await owner.getByText('Muốn lấy lại thì mời lại').waitFor()
  await button(owner, 'Cho nghỉ').click()
  await card(owner, 'Lan').waitFor({ state: 'detached' })
  await lan.getByRole('alert').getByText('Bạn không còn vào được bảng này').waitFor()
  assert.equal(await lan.getByText('Lan Anh').count(), 0, 'no buyer is left on her screen')
  await sound(lan, 'people let go', LOOKS[0], REFUSED)
  await lan.reload()
  await lan.getByRole('alert').getByText('Bạn không còn vào được bảng này').waitFor()
  await lan.context().close()
})

test('what takes proof asks for it once: wrong, given up, given; then a file is what it should be', async () => {
  const page = await handOver(browser, owner)
  const me = await ask(page, 'GET', '/v1/me')
  assert.equal(me.json.proved_until, undefined, 'a device that was handed over has proved nothing')
  await page.goto(`${server.url}/people`)
  await button(page, 'Mời người làm').click()
  await button(page, 'Lấy mã mời').click()
  await prove(page, { password: 'khong-phai-the' })
  await page.getByRole('alert').getByText('Mật khẩu hoặc mã chưa đúng').waitFor()
  await sound(page, 'proof wrong', LOOKS[0], REFUSED)
  await page.keyboard.press('Escape')
  await page.getByText('Chưa xác nhận nên chưa làm gì cả').waitFor()
  await button(page, 'Lấy mã mời').click()
  await prove(page)
  assert.match(await shownLink(page), /\/setup\?link=/)

  const fresh = await handOver(browser, owner)
  const ended = await ask(owner, 'POST', '/v1/sessions', { title: 'Đã xong', offers: OFFERS })
  const { session: other } = ended.json
  await ask(owner, 'POST', `/v1/sessions/${other}/state`, { state: 'live' })
  const claim = { buyer_name: 'Minh', lines: [{ code: 'D1', quantity: 2 }] }
  await ask(owner, 'POST', `/v1/sessions/${other}/claims`, claim)
  await fresh.goto(`${server.url}/host/${other}`)
  await button(fresh, /^Ghim tiếp/).click()
  await fresh.locator('footer').getByRole('button', { name: 'Nhập thêm' }).click()
  await fresh.getByLabel('Đếm lại thấy ít hơn: bớt đi').check()
  await fresh.locator('#restock').fill('3')
  await button(fresh, 'Bớt 3 kg').click()
  await fresh.getByRole('dialog', { name: 'Xác nhận là bạn' }).waitFor()
  await fresh.keyboard.press('Escape')
  await fresh.getByRole('dialog').getByText('Chưa xác nhận nên chưa làm gì cả').waitFor()
  const left = async () => (await server.call('GET', `/v1/sessions/${other}`)).offers[0].left
  assert.equal(await left(), 28)
  await ask(owner, 'POST', `/v1/sessions/${other}/state`, { state: 'ended' })
  await fresh.getByText('Số liệu khớp').waitFor()
  await fresh.keyboard.press('Escape')
  await fresh.locator('dialog').waitFor({ state: 'detached' })

  const csv = fresh.getByRole('link', { name: 'Tải CSV' })
  await csv.click()
  const [download] = await Promise.all([fresh.waitForEvent('download'), prove(fresh)])
  assert.match(await readFile(await download.path(), 'utf8'), /Minh/)
  const [again] = await Promise.all([fresh.waitForEvent('download'), csv.click()])
  assert.match(again.suggestedFilename(), /\.csv$/)

  await fresh.getByRole('button', { name: /Minh/ }).click()
  await button(fresh, 'Dữ liệu của người mua').click()
  const copy = fresh.getByRole('link', { name: 'Tải bản sao' })
  const [taken] = await Promise.all([fresh.waitForEvent('download'), copy.click()])
  assert.match(taken.suggestedFilename(), /\.json$/)
  const held = JSON.parse(await readFile(await taken.path(), 'utf8'))
  assert.equal(held.accounts[0].name, 'Minh')
  const erase = button(fresh, 'Xoá dữ liệu')
  const eraseTwice = async () => {
    await erase.click()
    await fresh.getByText('Nhấn lần nữa để xoá hẳn').waitFor()
    await erase.click()
  }
  await eraseTwice()
  await fresh.getByText(/^Chưa xoá: người này còn đơn chưa xong/).waitFor()
  await fresh.locator('dialog header button').click()
  await button(fresh, 'Đã nhận tiền').click()
  await fresh.locator('dialog .chip').getByText('Đã thanh toán').waitFor()
  await button(fresh, 'Dữ liệu của người mua').click()
  await eraseTwice()
  await fresh.getByText('Đã xoá dữ liệu của người này').waitFor()
  await fresh.locator('dialog header button').click()
  await fresh.getByRole('heading', { name: /Người mua đã xoá/ }).waitFor()
  const { orders } = (await ask(owner, 'GET', `/v1/sessions/${other}/orders`)).json
  assert.deepEqual(orders.map((order) => [order.state, order.buyer_name]), [['paid', undefined]])
  await fresh.locator('dialog header button').click()
  for (const one of [page, fresh]) {
    assert.deepEqual(one.complaints.filter((text) => !REFUSED.test(text)), [])
    await one.context().close()
  }
})

test('a correction that was confirmed is made', async () => {
  const page = await handOver(browser, owner)
  await page.goto(`${server.url}/host/${session}`)
  await button(page, 'Nhập thêm').first().click()
  await page.getByLabel('Đếm lại thấy ít hơn: bớt đi').check()
  await page.locator('#restock').fill('4')
  const code = await page.locator('.pinned .code').textContent()
  const left = async () => (await server.call('GET', `/v1/sessions/${session}`)).offers.find((offer) => offer.code === code).left
  const had = await left()
  await button(page, /^Bớt 4/).click()
  await prove(page)
  await page.locator('#restock').waitFor({ state: 'detached' })
  assert.equal(await left(), had - 4)
  await page.context().close()
})

test('the second lock: set with a code, asked for at the door and for proof, dropped again', async () => {
  const link = await invite('nhân viên chốt đơn')
  const page = await comeIn(browser, link, { name: 'Anh Páo' })
  await page.goto(`${server.url}/people`)
  assert.equal(await page.locator('nav.tabs').count(), 0, 'who manages nobody has no tabs')
  await button(page, 'Bật mã 6 số').click()
  const address = await page.locator('a[href^="otpauth:"]').getAttribute('href')
  const code = digits(address)
  await page.locator('#first-code').fill(code === '000000' ? '111111' : '000000')
  await button(page, 'Xong').click()
  await page.getByRole('alert').getByText('chưa đúng').waitFor()
  await sound(page, 'second lock drawn', LOOKS[0], REFUSED)
  await page.locator('#first-code').fill(digits(address))
  await button(page, 'Xong').click()
  await page.locator('[data-chot=second][data-state=on]').waitFor()

  const door = await open(browser, `${server.url}/sign-in`)
  const knock = async (typed) => {
    await door.locator('[name=name]').fill('Anh Páo')
    await door.locator('[name=password]').fill(PASSWORD)
    if (typed !== undefined) await door.locator('[name=code]').fill(typed)
    await button(door, 'Đăng nhập').click()
  }
  await knock()
  await door.locator('[name=code]').waitFor()
  await knock(digits(address) === '123456' ? '654321' : '123456')
  await door.getByRole('alert').waitFor()
  assert.match(door.url(), /sign-in/, 'the password alone opens nothing')
  await door.context().close()

  const phone = await handOver(browser, page)
  await phone.goto(`${server.url}/people`)
  const devices = phone.locator('[data-chot^="device:"]')
  await devices.nth(1).waitFor()
  assert.equal(await devices.count(), 2)
  assert.equal(await devices.locator('.chip', { hasText: 'Máy này' }).count(), 1)
  await phone.getByRole('button', { name: /^Cho máy này ra:/ }).click()
  await page.getByRole('alert').getByText('Máy này đã được đăng xuất').waitFor()
  await devices.nth(1).waitFor({ state: 'detached' })

  await phone.locator('#new-password').fill('man-chin-dau-mua')
  await button(phone, 'Đổi mật khẩu').click()
  // A code is good once: this one is that of the next half minute.
  await prove(phone, { code: digits(address, Date.now() + 30_000) })
  await phone.getByText('Đã đổi mật khẩu').waitFor()
  await button(phone, 'Tắt mã 6 số').click()
  await phone.locator('[data-chot=second][data-state=off]').waitFor()
  for (const one of [page, phone]) {
    assert.deepEqual(one.complaints.filter((text) => !REFUSED.test(text)), [])
    await one.context().close()
  }
})

test('who belongs to two shops goes from one to the other', async () => {
  const other = await server.addShop('Mận hậu')
  const link = new URL((await server.run('shop', 'invite', '--shop', other.shop)).trim())
  const page = await handOver(browser, owner)
  await page.goto(server.url + link.pathname + link.search)
  await page.getByText('Bạn đang đăng nhập với tên Chị Đào').waitFor()
  await page.locator('form button').click()
  await page.waitForURL('**/host')
  await page.getByText('Chưa có phiên nào').waitFor()
  await page.goto(`${server.url}/people`)
  await page.getByText('chủ cửa hàng của Mận hậu').waitFor()
  await sound(page, 'people two shops', LOOKS[0])
  await button(page, 'Vào Vườn nhà').click()
  await page.waitForURL('**/host')
  await page.getByRole('link', { name: 'Phiên tối nay' }).waitFor()
  await page.context().close()
})

test('who did what stands there in words, and can be asked of one person', async () => {
  await owner.goto(`${server.url}/people#deeds`)
  const deeds = owner.locator('.deeds li')
  for (const said of [
    'mời thêm người',
    'đổi vai trò của một người',
    'cho một người nghỉ',
    'xác nhận lại mật khẩu',
    'tải đơn về',
    'đăng nhập',
    'bật mã 6 số',
    'tắt mã 6 số',
    'đổi mật khẩu',
    'cho một máy ra khỏi cửa hàng',
    'mở thêm máy của mình',
    'tạo phiên',
    'nhập đơn bằng tay',
  ]) {
    await deeds.filter({ hasText: said }).first().waitFor()
  }
  const raw = await deeds.evaluateAll((rows) => rows.filter((row) => row.textContent.includes(row.dataset.act)))
  assert.equal(raw.length, 0, 'no deed stands as the program names it')
  const all = await deeds.count()
  await owner.getByLabel('Chỉ xem của').selectOption('Anh Páo')
  const his = await deeds.count()
  assert.ok(his > 0 && his < all, `${his} of ${all}`)
  assert.deepEqual(await deeds.filter({ hasNotText: 'Anh Páo' }).count(), 0)
})

test('older deeds come a page at a time, and one without words stands as it was named', async () => {
  const page = await handOver(browser, owner)
  const deed = (number, act) => ({ number, at: '2026-11-23T13:05:11.000Z', who: 'Lan', act, subject: '7k3m9qa2x4-s1/7k3m9qa2x4-o5', address: '' })
  await page.route('**/v1/deeds*', (route) => {
    const older = new URL(route.request().url()).searchParams.get('before') === '41'
    const json = older ? { deeds: [deed(12, 'danced')] } : { deeds: [deed(41, 'contact_read')], before: 41 }
    return route.fulfill({ json })
  })
  await page.goto(`${server.url}/people#deeds`)
  await page.locator('.deeds li').getByText('đơn 5').waitFor()
  await button(page, 'Xem cũ hơn').click()
  await page.locator('.deeds li').getByText('danced').waitFor()
  assert.equal(await page.locator('.deeds li').count(), 2)
  assert.equal(await button(page, 'Xem cũ hơn').count(), 0)
  await page.context().close()
})

for (const { name, ...look } of LOOKS) {
  test(`the page of people, every part (${name}): fits, and axe finds nothing`, async () => {
    const page = await handOver(browser, owner, look)
    const vi = look.locale === 'vi-VN'
    for (const part of ['people', 'mine', 'deeds', 'help']) {
      await page.goto(`${server.url}/people#${part}`)
      await page.locator('section h2').first().waitFor()
      await page.locator('.places li, .cards li, .empty').first().waitFor()
      await sound(page, `people ${part}`, { name })
    }
    await page.goto(`${server.url}/people#people`)
    await button(page, vi ? 'Mời người làm' : 'Invite somebody').click()
    await page.getByRole('radio').first().waitFor()
    await sound(page, 'people invite', { name })
    await button(page, vi ? 'Lấy mã mời' : 'Make the code').click()
    await page.getByRole('dialog').nth(1).waitFor()
    await sound(page, 'proof', { name }, REFUSED)
    await prove(page)
    await page.locator('dialog .qr').waitFor()
    await sound(page, 'people invited', { name }, REFUSED)
    await page.context().close()
  })
}

test('with the keyboard alone: invite, confirm who one is, get the link', async () => {
  const page = await handOver(browser, owner, { viewport: PHONE })
  await page.goto(`${server.url}/people`)
  const tabTo = async (locator) => {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press('Tab')
      if (await locator.evaluate((element) => element === document.activeElement)) return
    }
    assert.fail('the keyboard does not get there')
  }
  await button(page, 'Mời người làm').waitFor()
  await tabTo(button(page, 'Mời người làm'))
  await page.keyboard.press('Enter')
  await page.getByRole('radio').first().waitFor()
  await tabTo(page.getByRole('radio', { checked: true }))
  await page.keyboard.press('ArrowDown')
  await tabTo(button(page, 'Lấy mã mời'))
  await page.keyboard.press('Enter')
  await page.locator('#proof').waitFor()
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await page.locator('dialog [data-chot=link-out] input').waitFor()
  assert.deepEqual(page.complaints.filter((text) => !REFUSED.test(text)), [])
  await page.context().close()
})
