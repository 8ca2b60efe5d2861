// The pages that the server writes itself, on a real server: every state as a picture, and the way
// through them with a keyboard alone.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, open } from './house/browser.mjs'
import { LOOKS, sound } from './house/looks.mjs'
import { Server } from './house/server.mjs'

const PASSWORD = 'bi-do-ngot-lam'
const DAU = { code: 'D1', name: 'Dâu tây', price: 95000, unit: 'hộp', stock: 5 }
const PREPAY = { settle: 'prepay', hold: { seconds: 600 }, delivery: { fee: 25000 } }
/** Chromium says what a refused form was answered with. */
const REFUSED = /401|409|410|422/

let server
let browser
let shop

before(async () => {
  server = await Server.open()
  shop = await server.addShop('Vườn nhà')
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await server?.close()
})

const state = (session, state) =>
  server.call('POST', `/v1/sessions/${session}/state`, { token: shop.host_token, body: { state } })

/** A session as a host left it. */
async function draft(offers = [DAU], rules = {}) {
  const body = { title: 'Phiên tối nay', offers, rules }
  return (await server.call('POST', '/v1/sessions', { token: shop.host_token, body })).session
}

/** The page of an order of this many, placed by the form alone. */
async function order(page, session, quantity, name = 'Chị Lan') {
  const form = { key: `${name} ${quantity}`, code: 'D1', quantity: String(quantity), name }
  await page.goto(`${server.url}/v/${session}`)
  await page.evaluate((form) => {
    const made = document.createElement('form')
    made.method = 'post'
    made.action = `${location.pathname}/orders`
    const token = document.querySelector('[name=buyer_token]').value
    for (const [name, value] of Object.entries({ ...form, buyer_token: token })) {
      made.append(Object.assign(document.createElement('input'), { name, value }))
    }
    document.body.append(made)
    made.submit()
  }, form)
  await page.waitForURL('**/o/*')
  await page.locator('[data-chot^="order:"]').waitFor()
  const hook = await page.locator('[data-chot^="order:"]').getAttribute('data-chot')
  return hook.slice('order:'.length)
}

const act = (session, order, act, body) => {
  const path = `/v1/sessions/${session}/orders/${order}/${act}`
  return server.call('POST', path, { token: shop.host_token, key: `${order} ${act}`, body })
}

const shows = (page, state) => page.locator(`[data-chot^="order:"][data-state=${state}]`).waitFor()

// Each brings a page that is open on nothing into its state.
const STATES = {
  'set up': async (page) => {
    const { pathname, search } = new URL((await server.run('shop', 'invite', '--shop', shop.shop)).trim())
    await page.goto(server.url + pathname + search)
  },
  'set up, refused': async (page) => {
    await STATES['set up'](page)
    await page.locator('[name=name]').fill('Chị Đào')
    await page.locator('[name=password]').fill('ngan')
    await page.locator('form').evaluate((form) => (form.noValidate = true))
    await page.locator('form button').click()
    await page.getByRole('alert').waitFor()
  },
  'link is over': (page) => page.goto(`${server.url}/setup?link=khong`),
  'sign in': (page) => page.goto(`${server.url}/sign-in`),
  'sign in, refused': async (page) => {
    await page.goto(`${server.url}/sign-in`)
    await page.locator('[name=name]').fill('ai đó')
    await page.locator('[name=password]').fill('khong-phai')
    await page.locator('form button').click()
    await page.getByRole('alert').waitFor()
  },
  'sale, not started': async (page) => page.goto(`${server.url}/v/${await draft()}`),
  'sale, nothing on sale': async (page) => page.goto(`${server.url}/v/${await draft([])}`),
  'sale, live': async (page) => page.goto(`${server.url}/v/${await server.live(shop, [DAU])}`),
  'sale, ended': async (page) => {
    const session = await server.live(shop, [DAU])
    await state(session, 'ended')
    await page.goto(`${server.url}/v/${session}`)
  },
  'order, held': async (page) => order(page, await server.live(shop, [DAU]), 2),
  'order, to be paid': async (page) => order(page, await server.live(shop, [DAU], PREPAY), 2),
  'order, some of it waits': async (page) => order(page, await server.live(shop, [DAU]), 7),
  'order, waits': async (page) => {
    const session = await server.live(shop, [{ ...DAU, stock: 0 }])
    await order(page, session, 1)
    await page.locator('[data-chot=waiting]').waitFor()
  },
  'order, confirmed': async (page) => {
    const session = await server.live(shop, [DAU])
    await act(session, await order(page, session, 1), 'confirm')
    await shows(page, 'confirmed')
  },
  'order, paid': async (page) => {
    const session = await server.live(shop, [DAU], PREPAY)
    await act(session, await order(page, session, 1), 'paid')
    await shows(page, 'paid')
  },
  'order, being cancelled': async (page) => {
    await order(page, await server.live(shop, [DAU], { cancel_undo: { seconds: 60 } }), 1)
    await page.getByRole('button', { name: /Huỷ đơn|Cancel order/ }).click()
    await page.getByRole('button', { name: /Lấy lại đơn|Take it back/ }).waitFor()
  },
  'order, cancelled': async (page) => {
    const session = await server.live(shop, [DAU], { cancel_undo: { seconds: 0 } })
    await act(session, await order(page, session, 1), 'cancel')
    await shows(page, 'cancelled')
  },
  'order, expired': async (page) => {
    await order(page, await server.live(shop, [DAU], { ...PREPAY, hold: { seconds: 2 } }), 1)
    await shows(page, 'expired')
  },
}

for (const look of LOOKS) {
  for (const [name, bring] of Object.entries(STATES)) {
    test(`${name} (${look.name}): fits, and axe finds nothing`, async () => {
      const { name: _, ...options } = look
      const page = await open(browser, 'about:blank', options)
      await bring(page)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await sound(page, name, look, REFUSED)
      await page.context().close()
    })
  }
}

/** Goes on with Tab until that is what the keyboard is at. */
async function tabTo(page, locator) {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab')
    if (await locator.evaluate((element) => element === document.activeElement)) return
  }
  assert.fail('the keyboard does not get there')
}

test('with the keyboard alone: set up, sign out, sign in, order, cancel, take back', async () => {
  const page = await open(browser, 'about:blank')
  const type = (text) => page.keyboard.type(text)
  const press = (key) => page.keyboard.press(key)
  const button = (name) => page.getByRole('button', { name })
  await STATES['set up'](page)
  await tabTo(page, page.locator('[name=name]'))
  await type('Chị Mận')
  await tabTo(page, page.locator('[name=password]'))
  await type(PASSWORD)
  await press('Enter')
  await page.waitForURL('**/host')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await tabTo(page, button('Đăng xuất'))
  await press('Enter')
  await page.waitForURL('**/sign-in')
  await tabTo(page, page.locator('[name=name]'))
  await type('Chị Mận')
  await tabTo(page, page.locator('[name=password]'))
  await type(PASSWORD)
  await press('Enter')
  await page.waitForURL('**/host')

  const session = await server.live(shop, [DAU], { cancel_undo: { seconds: 60 } })
  await order(page, session, 1, 'Bà Sáu')
  await tabTo(page, button('Huỷ đơn'))
  await press('Enter')
  await button('Lấy lại đơn').waitFor()
  await tabTo(page, button('Lấy lại đơn'))
  await press('Enter')
  await button('Huỷ đơn').waitFor()
  assert.deepEqual(page.complaints, [])
})
