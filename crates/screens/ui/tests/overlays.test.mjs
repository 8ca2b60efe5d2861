// A host makes an overlay's address on the console, gives it to a stream's program, and takes it back.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { LAPTOP, open, PHONE } from './house/browser.mjs'
import { Air, box, linked, UPRIGHT } from './house/air.mjs'
import { sound } from './house/looks.mjs'
import { Server } from './house/server.mjs'

const CAM = { code: 'A1', name: 'Cam sành', price: 45000, unit: 'kg', step: 0.5, stock: 40 }
const LOOKS = [
  { name: 'vi-360', viewport: PHONE, locale: 'vi-VN' },
  { name: 'en-1366', viewport: LAPTOP, locale: 'en-GB' },
]
const WORDS = {
  'vi-VN': { menu: 'Thêm', overlay: 'Lớp phủ lên hình (OBS)', look: 'Kiểu hiển thị', make: 'Tạo địa chỉ', address: 'Địa chỉ lớp phủ', revoke: 'Thu hồi', twice: 'Nhấn lần nữa', unused: 'chưa dùng' },
  'en-GB': { menu: 'More', overlay: 'Overlay on the picture (OBS)', look: 'How it looks', make: 'Make an address', address: 'The overlay’s address', revoke: 'Revoke', twice: 'Press again', unused: 'never used' },
}

let server
let air

before(async () => {
  server = await Server.open()
  air = await Air.open(server)
})

after(async () => {
  await air?.close()
  await server?.close()
})

/** Counted sockets of overlays by the metric's name. */
async function counted() {
  const text = await (await fetch(`${server.ops}/metrics`)).text()
  const counts = { connects_total: 0, connections: 0, disconnects_total: 0 }
  for (const [, name, count] of text.matchAll(/^chot_ws_(\w+)\{role="overlay"[^}]*\} (\d+)$/gm)) {
    if (name in counts) counts[name] += Number(count)
  }
  return counts
}

for (const look of LOOKS) {
  test(`${look.name}: an address is made, shown once, used and revoked`, async () => {
    const words = WORDS[look.locale]
    const session = await server.live(air.shop, [CAM])
    await air.change(session, 'A1', { pinned: true })
    const host = await open(air.browser, `${server.url}/sign-in`, { viewport: look.viewport, locale: look.locale })
    const link = await server.run('shop', 'invite', '--shop', air.shop.shop)
    const { pathname, search } = new URL(link.trim())
    await host.goto(server.url + pathname + search)
    await host.locator('[name=name]').fill(`Chị Đào ${look.name}`)
    await host.locator('[name=password]').fill('bi-do-ngot-lam')
    await host.locator('form button').click()
    await host.waitForURL('**/host')
    await host.goto(`${server.url}/host/${session}`)
    await host.locator('[data-chot=link][data-state=live]').first().waitFor()
    await host.getByRole('button', { name: words.menu, exact: true }).click()
    await host.getByRole('button', { name: words.overlay }).click()
    const sheet = host.getByRole('dialog', { name: words.overlay })
    await sheet.getByLabel(words.look).selectOption('full')
    await sheet.getByRole('button', { name: words.make }).click()
    const field = sheet.getByLabel(words.address, { exact: true })
    const address = new URL(await field.inputValue())
    assert.equal(address.searchParams.get('layout'), 'full')
    assert.match(address.hash, /^#chot_overlay_[\w-]{43}$/)
    const drawn = await sheet.locator('.qr').evaluate(async (picture) => {
      await picture.decode()
      return picture.naturalWidth
    })
    assert.ok(drawn > 0, 'the code is a picture that can be scanned')
    await sheet.getByText(words.unused).waitFor()
    await sound(host, 'overlay sheet', look)
    await sheet.getByLabel(words.look).selectOption('bar')
    assert.equal(new URL(await field.inputValue()).hash, address.hash, 'the same key for another look')
    assert.equal(await sheet.locator('.qr').count(), 0, 'no picture of another address')

    address.host = new URL(server.url).host
    const overlay = await open(air.browser, address.href, { viewport: UPRIGHT })
    await box(overlay, 'card').waitFor()
    const sockets = await counted()
    assert.ok(sockets.connections >= 1, JSON.stringify(sockets))
    assert.equal(sockets.disconnects_total, sockets.connects_total - sockets.connections, 'only what has ended is counted as ended')
    const revoke = sheet.getByRole('button', { name: words.revoke })
    await revoke.click()
    await linked(overlay)
    await sheet.getByRole('button', { name: words.twice }).click()
    await linked(overlay, 'ended')
    await overlay.locator('.card[data-shown="0"]').waitFor({ state: 'attached' })
    await revoke.waitFor({ state: 'detached' })
    assert.equal(await field.count(), 0, 'a revoked address is shown no more')
    assert.deepEqual(host.complaints, [])
    for (const page of [host, overlay]) await page.context().close()
  })
}
