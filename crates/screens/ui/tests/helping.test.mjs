// The helper's path, from the set-up link to the day when the owner needs no help: real pages, a
// phone each.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, open, PHONE } from './house/browser.mjs'
import { LOOKS, sound } from './house/looks.mjs'
import { ask, comeIn, openServer, shownLink } from './house/people.mjs'

const LIST = 'Cam sành, 45.000, 30\nBí đỏ, 25.000, 20\nDâu tây, 95.000, 10'
/** What a browser says of calls and sockets that are refused on purpose. */
const REFUSED = /401|403|404|WebSocket connection/

let server
let browser

before(async () => {
  server = await openServer()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await server?.close()
})

/** What each of them is told, in the language of their phone. */
const SAID = {
  vi: {
    serve: 'Mời người giúp', draw: 'Lấy mã mời', inviteShop: 'Mời một cửa hàng', ask: 'Xin vào giúp',
    asks: 'Hoa xin vào giúp trong 60 phút', yes: 'Đồng ý', helps: /^Hoa đang giúp, còn (60|59) phút$/,
    console: 'Vào bảng điều khiển', youHelp: /^Bạn đang giúp Vườn nhà.*, còn (60|59) phút$/, leave: 'Rời đi',
    newSession: 'Phiên mới', list: 'Danh sách hàng', read: 'Đọc danh sách', create: 'Tạo phiên', practise: /^Diễn tập/,
    practising: 'DỮ LIỆU THỬ', shut: 'Bạn không còn vào được bảng này', stop: 'Dừng', noHelp: 'Thôi nhờ giúp', menu: 'Thêm',
    restock: 'Nhập thêm', counts: '1 phiên (0 đang bán) · 3 món · 0 đơn', counted: '1 phiên (1 đang bán) · 3 món · 2 đơn',
    noOrders: 'Người giúp không thấy đơn thật', role: 'Ở Vườn nhà 0 bạn là',
  },
  en: {
    serve: 'Invite helpers', draw: 'Make the code', inviteShop: 'Invite a shop', ask: 'Ask to help',
    asks: 'Hoa asks to help for 60 minutes', yes: 'Yes', helps: /^Hoa is helping, (60|59) min left$/,
    console: 'Open the console', youHelp: /^You are helping Vườn nhà.*, (60|59) min left$/, leave: 'Leave',
    newSession: 'New session', list: 'List of products', read: 'Read the list', create: 'Create session', practise: /^Practise/,
    practising: 'PRACTICE', shut: 'You can no longer open this console', stop: 'Stop', noHelp: 'Need no more help', menu: 'More',
    restock: 'Restock', counts: '1 sessions (0 live) · 3 products · 0 orders', counted: '1 sessions (1 live) · 3 products · 2 orders',
    noOrders: 'A helper sees no real orders', role: 'At Vườn nhà 0 you are',
  },
}

for (const [at, { name, ...look }] of LOOKS.entries()) {
  const said = SAID[look.locale.slice(0, 2)]
  const shopName = `Vườn nhà ${at}`
  const helperName = at === 0 ? 'Hoa' : `Hoa ${at}`
  const told = (text) => (typeof text === 'string' ? text.replace(/^Hoa/, helperName) : new RegExp(text.source.replace('^Hoa', `^${helperName}`)))
  const looks = (page, state) => sound(page, `helper ${state}`, { name }, REFUSED)
  const button = (page, word) => page.getByRole('button', { name: word, exact: typeof word === 'string' })
  const dialogGone = (page) => page.locator('dialog').waitFor({ state: 'detached' })

  /** Whoever runs the installation: the first is its operator, and the same for every look. */
  const operatorIn = async () => {
    if (at === 0) return comeIn(browser, await server.says('setup'), { name: 'Anh Vận', shop: 'Hợp tác xã', ...look })
    const page = await open(browser, `${server.url}/sign-in?next=/host`, look)
    await page.locator('[name=name]').fill('Anh Vận')
    await page.locator('[name=password]').fill('bi-do-ngot-lam')
    await page.locator('form button').click()
    await page.waitForURL('**/host')
    return page
  }

  test(`the helper’s path (${name})`, async () => {
    const operator = await operatorIn()
    await operator.goto(`${server.url}/people#help`)
    await button(operator, said.serve).click()
    await looks(operator, 'operator invites')
    await button(operator, said.draw).click()
    const helper = await comeIn(browser, await shownLink(operator), { name: helperName, ...look, viewport: look.viewport ?? PHONE })
    await looks(helper, 'no shop yet')

    await helper.goto(`${server.url}/people`)
    await helper.locator('[data-chot="helped:none"]').waitFor()
    await looks(helper, 'helps nobody')
    await button(helper, said.inviteShop).click()
    const owner = await comeIn(browser, await shownLink(helper), { name: `Bà Sáu ${at}`, shop: shopName, ...look })
    const { shop } = (await ask(owner, 'GET', '/v1/me')).json

    const card = helper.locator(`[data-chot="helped:${shop}"]`)
    await button(helper, `${said.ask}: ${shopName}`).click()
    await card.locator('.chip.warn').waitFor()
    await looks(helper, 'asked')
    const asked = owner.locator('[data-chot="assist:asked"]')
    await asked.getByText(told(said.asks)).waitFor({ timeout: 8_000 })
    await looks(owner, 'owner is asked')
    await button(owner, said.yes).click()
    await owner.locator('[data-chot="assist:open"]').getByText(told(said.helps)).waitFor()
    await looks(owner, 'owner is helped')

    await helper.bringToFront()
    await button(helper, `${said.console}: ${shopName}`).click()
    await helper.waitForURL('**/host')
    await helper.locator('[data-chot="assist:open"]').getByText(said.youHelp).waitFor()
    await button(helper, said.newSession).click()
    await helper.getByLabel(said.list).fill(LIST)
    await button(helper, said.read).click()
    await button(helper, said.create).click()
    await button(helper, said.practise).waitFor()
    await looks(helper, 'prepared')
    const real = (await ask(helper, 'GET', '/v1/sessions')).json.sessions[0].session
    assert.equal(await helper.locator('.cards a').count(), 0, 'no way to a console that is shut to them')

    await helper.goto(`${server.url}/host/${real}`)
    await helper.getByRole('alert').getByText(said.noOrders).waitFor()
    await looks(helper, 'real console is shut')
    await helper.goto(`${server.url}/host`)
    await button(helper, said.practise).click()
    await helper.waitForURL('**/host/*')
    await helper.getByText(said.practising).waitFor()
    await helper.locator('[data-chot="assist:open"]').waitFor()
    await helper.locator('.row .chip.ok').first().waitFor()
    assert.equal(await helper.locator('footer').getByRole('button', { name: said.restock }).isEnabled(), true)
    await looks(helper, 'practises')
    const practised = helper.url()

    await button(helper, said.leave).click()
    await helper.waitForURL('**/people#help')
    await card.getByText(said.counts).waitFor()
    await looks(helper, 'counts only')
    await owner.locator('[data-chot="assist:open"]').waitFor({ state: 'detached' })

    await sell(owner, real)
    await helper.reload()
    await card.getByText(said.counted).waitFor()
    await onlyCounts(helper, real, shop)
    await helper.goto(practised)
    await helper.getByRole('alert').getByText(said.shut).waitFor()
    await helper.goto(`${server.url}/host`)
    await helper.getByText(said.role.replace('0', String(at))).waitFor()
    await looks(helper, 'no console')

    await owner.goto(`${server.url}/people#people`)
    await button(owner, `${said.noHelp}: ${helperName}`).click()
    await looks(owner, 'owner removes')
    await button(owner, said.noHelp).click()
    await owner.locator('[data-role=helper]').waitFor({ state: 'detached' })
    await helper.goto(`${server.url}/people`)
    await helper.locator('[data-chot="helped:none"]').waitFor()
    await looks(helper, 'helps nobody again')
    for (const [method, path] of [
      ['GET', `/v1/sessions/${real}/orders`],
      ['GET', `/v1/sessions/${real}/summary`],
      ['POST', `/v1/helped/${shop}/assist`],
      ['POST', '/v1/me/shop'],
    ]) {
      const answer = await ask(helper, method, path, method === 'POST' ? { shop } : undefined)
      assert.equal(answer.status, 404, `${method} ${path}: ${JSON.stringify(answer.json)}`)
    }
    await dialogGone(owner)
    for (const page of [operator, helper, owner]) await page.context().close()
  })
}

test('the owner stops it: the console of the rehearsal closes with plain words, and a no is a no', async () => {
  const said = SAID.vi
  const operator = await open(browser, `${server.url}/sign-in?next=/people`)
  await operator.locator('[name=name]').fill('Anh Vận')
  await operator.locator('[name=password]').fill('bi-do-ngot-lam')
  await operator.locator('form button').click()
  await operator.waitForURL('**/people')
  const drawn = await ask(operator, 'POST', '/v1/helpers', { role: 'helper' })
  const helper = await comeIn(browser, drawn.json.url, { name: 'Cô Mỵ' })
  const link = (await ask(helper, 'POST', '/v1/helped')).json.url
  const owner = await comeIn(browser, link, { name: 'Ông Tư', shop: 'Mận hậu' })
  const button = (page, name) => page.getByRole('button', { name, exact: typeof name === 'string' })
  await helper.goto(`${server.url}/people`)
  await button(helper, `${said.ask}: Mận hậu`).click()
  await owner.locator('[data-chot="assist:asked"]').getByText('Cô Mỵ xin vào giúp trong 60 phút').waitFor()
  await button(owner, 'Không').click()
  await button(helper, `${said.ask}: Mận hậu`).click()
  await button(owner, said.yes).click()
  await button(helper, `${said.console}: Mận hậu`).click()
  await helper.waitForURL('**/host')
  const offers = [{ code: 'D1', name: 'Mận', price: 30000, unit: 'kg', stock: 50 }]
  const made = await ask(helper, 'POST', '/v1/sessions', { title: 'Phiên mận', offers })
  const practice = await ask(helper, 'POST', '/v1/practice', { session: made.json.session })
  await helper.goto(`${server.url}/host/${practice.json.session}`)
  await helper.locator('.row').first().waitFor()
  await owner.bringToFront()
  await button(owner, said.stop).click()
  await helper.getByRole('alert').getByText(said.shut).waitFor()
  assert.equal(await helper.locator('.row').count(), 0)
  for (const page of [operator, helper, owner]) {
    assert.deepEqual(page.complaints.filter((text) => !REFUSED.test(text)), [])
    await page.context().close()
  }
})

/** The owner sells alone: two orders in a live session. */
async function sell(owner, session) {
  const moved = await ask(owner, 'POST', `/v1/sessions/${session}/state`, { state: 'live' })
  assert.equal(moved.status, 200)
  const { offers } = await server.call('GET', `/v1/sessions/${session}`)
  for (const buyer_name of ['Lan Anh', 'Minh']) {
    const body = { buyer_name, lines: [{ code: offers[0].code, quantity: 1 }] }
    const answer = await ask(owner, 'POST', `/v1/sessions/${session}/claims`, body)
    assert.equal(answer.json.result, 'held')
  }
}

/** Whatever shows a buyer or an order is refused; the counts are all there is. */
async function onlyCounts(helper, session, shop) {
  const at = `/v1/sessions/${session}`
  const order = `${at}/orders/${shop}-o1`
  for (const [method, path] of [
    ['GET', `${at}/orders`],
    ['GET', `${order}/contact`],
    ['GET', `${order}/page`],
    ['GET', `${at}/summary`],
    ['GET', `${at}/export?format=csv`],
    ['GET', `${at}/ledger`],
    ['GET', `${at}/reviews`],
    ['POST', `${order}/cancel`],
    ['POST', `${at}/state`],
    ['GET', '/v1/sessions'],
    ['GET', '/v1/people'],
    ['GET', '/v1/deeds'],
  ]) {
    const answer = await ask(helper, method, path, method === 'POST' ? { state: 'ended' } : undefined)
    assert.equal(answer.status, 403, `${method} ${path}: ${JSON.stringify(answer.json)}`)
    assert.ok(!JSON.stringify(answer.json).includes('Lan Anh'))
  }
  const closed = await helper.evaluate(
    (path) =>
      new Promise((resolve) => {
        const socket = new WebSocket(`ws://${location.host}${path}`, 'v1.console.chot')
        socket.onopen = () => socket.send('{"type":"hello"}')
        socket.onclose = ({ code, reason }) => resolve(`${code} ${reason}`)
      }),
    `${at}/console`,
  )
  assert.equal(closed, '4500 forbidden')
}
