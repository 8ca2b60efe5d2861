import assert from 'node:assert/strict'
import { get } from 'node:http'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { fits, launch, open } from './house/browser.mjs'
import { Server } from './house/server.mjs'

let server
let browser
let shop
let session

before(async () => {
  server = await Server.open()
  shop = await server.addShop('Vườn nhà')
  const offer = { code: 'D1', name: 'Dâu tây', price: 95000, unit: 'hộp', stock: 3 }
  session = await server.live(shop, [offer])
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await server?.close()
})

async function orders() {
  const token = shop.host_token
  return (await server.call('GET', `/v1/sessions/${session}/orders`, { token })).orders
}

test('without a script the form sent twice gives one order and a readable page', async () => {
  const page = await open(browser, `${server.url}/v/${session}`, { javaScriptEnabled: false })
  assert.equal(await fits(page), true)
  const offer = page.getByRole('region', { name: 'Dâu tây' })
  await offer.getByLabel('Số lượng').fill('2')
  await offer.getByLabel('Tên của bạn').fill('Chị Lan')
  const form = await offer.locator('form').evaluate((form) => new URLSearchParams(new FormData(form)).toString())
  await offer.getByRole('button', { name: 'Chốt đơn' }).click()
  await page.getByText('Đã giữ hàng cho bạn').waitFor()
  assert.equal(await fits(page), true)
  const address = page.url()
  const again = await fetch(`${server.api}/v/${session}/orders`, {
    method: 'POST',
    body: form,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    redirect: 'manual',
  })
  assert.equal(again.headers.get('location'), new URL(address).pathname)
  const listed = await orders()
  assert.equal(listed.length, 1)
  assert.equal(listed[0].lines[0].held, 2)
  await page.getByText('190.000').first().waitFor()
  assert.deepEqual(page.complaints, [])

  await page.getByRole('link', { name: 'Về phiên bán hàng' }).click()
  await page.locator('[data-chot="left:D1"]').getByText('1').waitFor()
  await page.locator('[data-chot=orders] a').waitFor()
})

test('who comes too late waits in line and sees their place', async () => {
  const page = await open(browser, `${server.url}/v/${session}`, { javaScriptEnabled: false })
  const offer = page.getByRole('region', { name: 'Dâu tây' })
  await offer.getByLabel('Số lượng').fill('3')
  await offer.getByLabel('Tên của bạn').fill('Anh Minh')
  await offer.getByRole('button', { name: 'Chốt đơn' }).click()
  await page.locator('[data-chot=waiting]').getByText('vị trí 1').waitFor()
  await page.getByRole('button', { name: 'Huỷ đơn' }).click()
  await page.getByText('Đã huỷ').or(page.getByText('Đang huỷ')).first().waitFor()
  assert.deepEqual(page.complaints, [])
})

test('a buyer says where the order goes, and the shop reads it', async () => {
  const more = await server.live(shop, [{ code: 'C1', name: 'Cam', price: 30000, unit: 'kg', stock: 9 }])
  const page = await open(browser, `${server.url}/v/${more}`, { javaScriptEnabled: false })
  const offer = page.getByRole('region', { name: 'Cam' })
  await offer.getByLabel('Tên của bạn').fill('Chị Hoa')
  await offer.getByRole('button', { name: 'Chốt đơn' }).click()
  const form = page.getByRole('region', { name: 'Giao đến' })
  assert.equal(await form.getByLabel('Tên người nhận').inputValue(), 'Chị Hoa')
  await form.getByRole('textbox', { name: 'Số điện thoại' }).fill('0912 345')
  await form.getByRole('textbox', { name: 'Địa chỉ nhận hàng' }).fill('Bản Áng\nMộc Châu')
  await form.getByLabel(/Tôi đồng ý/).check()
  assert.equal(await fits(page), true)
  await form.getByRole('button', { name: 'Lưu' }).click()
  await page.getByText('Chưa đúng số điện thoại').waitFor()
  assert.equal(await form.getByRole('textbox', { name: 'Địa chỉ nhận hàng' }).inputValue(), 'Bản Áng\nMộc Châu')
  assert.equal(await fits(page), true)
  await form.getByRole('textbox', { name: 'Số điện thoại' }).fill('0912 345 678')
  await form.getByRole('button', { name: 'Lưu' }).click()
  await page.getByText('Chị Hoa · ••••5678 · …').waitFor()
  assert.equal(await fits(page), true)
  const token = shop.host_token
  const { order } = (await server.call('GET', `/v1/sessions/${more}/orders`, { token })).orders[0]
  const read = await server.call('GET', `/v1/sessions/${more}/orders/${order}/contact`, { token })
  assert.deepEqual([read.phone, read.address], ['0912345678', 'Bản Áng\nMộc Châu'])
})

/** How many bytes of a body come over the network. */
function bytesSent(url, headers) {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers }, (response) => {
      let bytes = 0
      response.on('data', (part) => (bytes += part.length))
      response.on('end', () => resolve(bytes))
    })
    request.on('error', reject)
  })
}

test('a page for phones is small: its HTML in one round trip, its script below 10 kB', async () => {
  const codes = Array.from({ length: 12 }, (_, index) => `S${index}`)
  const offers = codes.map((code) => ({ code, name: `Bí đỏ hồ lô loại ${code}`, price: 25000, unit: 'kg', stock: 9 }))
  const full = await server.live(shop, offers)
  for (const locale of ['vi', 'en']) {
    const headers = { 'accept-language': locale }
    const url = `${server.api}/v/${full}`
    const html = await (await fetch(url, { headers })).text()
    const sent = await bytesSent(url, { ...headers, 'accept-encoding': 'gzip' })
    assert.ok(sent <= 14_000, `${sent} bytes of HTML`)
    const scripts = [...html.matchAll(/<script type="module" src="([^"]+)"/g)]
    assert.equal(scripts.length, 1)
    const script = await (await fetch(server.api + scripts[0][1])).text()
    assert.doesNotMatch(script, /from"\.\/|import\(/, 'it is one file')
    const bytes = gzipSync(script, { level: 9 }).length
    assert.ok(bytes <= 10_000, `${bytes} bytes of script`)
  }
})
