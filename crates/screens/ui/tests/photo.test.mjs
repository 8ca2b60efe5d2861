// A host chooses a photo while preparing; viewers see it, and the console can change it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { crc32, deflateSync } from 'node:zlib'
import { fits, launch, open } from './house/browser.mjs'
import { Server } from './house/server.mjs'

let server
let browser
let page

before(async () => {
  server = await Server.open()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await server?.close()
})

const button = (name) => page.getByRole('button', { name, exact: typeof name === 'string' })
const session = () => new URL(page.url()).pathname.split('/').pop()
const offersOf = async (id) => (await server.call('GET', `/v1/sessions/${id}`)).offers

/** What an iPhone writes and this browser cannot read. */
const HEIC = {
  name: 'cam.heic',
  mimeType: 'image/heic',
  buffer: Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic'),
}

function chunk(kind, bytes) {
  const body = Buffer.concat([Buffer.from(kind), bytes])
  const frame = Buffer.alloc(body.length + 8)
  frame.writeUInt32BE(bytes.length, 0)
  body.copy(frame, 4)
  frame.writeUInt32BE(crc32(body), body.length + 4)
  return frame
}

/** A picture of one colour, as a file that somebody chooses. */
function picture(name, width, height, colour) {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, Buffer.from(colour))])
  const pixels = deflateSync(Buffer.alloc(row.length * height, row))
  const begin = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  const buffer = Buffer.concat([begin, chunk('IHDR', head), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))])
  return { name, mimeType: 'image/png', buffer }
}

/** What a page really shows of a picture: its size as loaded. */
function loaded(image) {
  return image.evaluate(async (element) => {
    await element.decode()
    return [element.naturalWidth, element.naturalHeight]
  })
}

async function prepare() {
  await button('Phiên mới').click()
  await page.getByLabel('Danh sách hàng').fill('Cam sành, 45.000, 200\nBí đỏ, 25.000, 20')
  await button('Đọc danh sách').click()
  await page.locator('.draft').first().waitFor()
}

async function openPhotos() {
  await button('Thêm').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Ảnh', exact: true }).click()
}

async function viewer(id) {
  const seen = await open(browser, `${server.url}/v/${id}`)
  assert.equal(await fits(seen), true)
  return seen
}

test('a photo chosen while preparing is what viewers see', async () => {
  page = await open(browser, server.url)
  await server.signIn(page)
  await prepare()
  const codes = await page.locator('.draft legend .code').allTextContents()
  await page.getByLabel(`Ảnh của ${codes[0]}`).setInputFiles(picture('cam.png', 3000, 1500, [230, 120, 20]))
  const preview = page.locator('.draft').first().locator('.photo img')
  assert.deepEqual(await loaded(preview), [3000, 1500], 'shown at once')
  const sent = page.waitForRequest((request) => request.method() === 'PUT')
  await button('Tạo phiên').click()
  const photo = (await sent).headers()['content-type']
  assert.equal(photo, 'image/jpeg', 'made small in the browser')
  await page.waitForURL('**/host/*-s*')

  const id = session()
  const [first, second] = await offersOf(id)
  assert.match(first.photo, /^\/photos\/[0-9a-f]{64}\.jpg$/)
  assert.equal(second.photo, undefined)
  const seen = await viewer(id)
  const image = seen.getByRole('img', { name: 'Cam sành' })
  assert.deepEqual(await loaded(image), [192, 96])
  assert.equal(await seen.getByRole('img').count(), 1)
  assert.deepEqual(seen.complaints, [])
  await seen.context().close()
})

test('the console shows the photo of what is pinned and changes it', async () => {
  const id = session()
  const [before] = await offersOf(id)
  await button('Bắt đầu nhận đơn').click()
  await button(/^Ghim tiếp/).click()
  const pinned = page.locator('.pinned .thumb')
  assert.deepEqual(await loaded(pinned), [192, 96])
  assert.equal(await fits(page), true)
  await openPhotos()
  const file = page.getByRole('dialog').getByLabel(`Ảnh của ${before.code}`).and(page.locator('input'))
  await file.setInputFiles(picture('khac.png', 300, 300, [20, 120, 30]))
  await page.locator(`.pinned .thumb:not([src="${before.thumb}"])`).waitFor()
  assert.deepEqual(await loaded(pinned), [192, 192])
  const [now] = await offersOf(id)
  assert.equal((await fetch(server.api + before.photo)).status, 404)
  assert.equal((await fetch(server.api + now.photo)).status, 200)

  await server.kill()
  await server.start()
  assert.equal((await fetch(server.api + now.photo)).status, 200, 'a restart keeps it')

  await file.setInputFiles(HEIC)
  await page.getByRole('dialog').getByText('Tương thích nhất').waitFor()
  assert.equal((await offersOf(id))[0].photo, now.photo)
})

test('a photo that cannot be read does not lose the session, and earlier ones come along', async () => {
  const earlier = session()
  const [{ code, photo }, second] = await offersOf(earlier)
  await page.goto(`${server.url}/host`)
  await button('Phiên mới').click()
  await button(/^Dùng lại hàng/).click()
  await page.locator('.draft').nth(1).waitFor()
  assert.deepEqual(await loaded(page.locator('.draft .photo img')), [192, 192])
  await page.getByLabel(`Ảnh của ${second.code}`).setInputFiles(HEIC)
  await page.getByText('Đã chọn ảnh').waitFor()
  page.complaints.length = 0
  await button('Tạo phiên').click()
  await page.getByText('Phiên đã tạo, nhưng có ảnh chưa gửi được').waitFor()
  await page.getByText(`${second.code}: Ảnh này không đọc được`).waitFor()
  assert.equal(page.complaints.length, 1, 'the browser tells of the one refused call')
  await page.getByRole('link', { name: 'Mở phiên' }).click()
  await page.waitForURL('**/host/*-s*')
  const offers = await offersOf(session())
  assert.deepEqual(offers.map((offer) => offer.photo), [photo, undefined])

  await openPhotos()
  await page.getByRole('dialog').getByRole('button', { name: `Bỏ ảnh của ${code}` }).click()
  await page.getByRole('dialog').locator('.photo img').waitFor({ state: 'detached' })
  assert.equal((await offersOf(session()))[0].photo, undefined)
  assert.equal((await fetch(server.api + photo)).status, 200, 'the earlier session shows it')
})
