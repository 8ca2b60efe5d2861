// One page to hang on the wall: the first evening of a new shop, walked through on the real program,
// each step with the picture that its screen shows at this moment. `node tests/guide.mjs FOLDER`.

import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { launch, open } from './house/browser.mjs'
import { layOut } from './house/guide.mjs'
import { openServer, shownLink } from './house/people.mjs'

const BUILT = new URL('../../../../target/guide/', import.meta.url).pathname
const FOLDER = resolve(process.argv[2] ?? BUILT)
const SHOP = process.env.CHOT_GUIDE_SHOP ?? 'Vườn nhà Bà Sáu'
const LIST = 'Cam sành, 45.000, 30\nBí đỏ, 25.000, 20\nDâu tây, 95.000, 10'
const PHONE = { viewport: { width: 360, height: 640 }, deviceScaleFactor: 3, colorScheme: 'light' }
/** What of a phone's screen fits beside a sentence. */
const HEIGHT = 400

const server = await openServer()
const browser = await launch()
const steps = []

const frame = (locator, outline) =>
  locator.evaluate((element, outline) => {
    element.style.outline = outline
    element.style.outlineOffset = outline === '' ? '' : '-4px'
  }, outline)

/** The picture of a step: what is pressed or read is framed, the page's own words are kept. */
async function photograph(page, sentence, ...focus) {
  const boxes = []
  for (const locator of focus) {
    await locator.evaluate((element) => element.scrollIntoView({ block: 'center' }))
    await frame(locator, '4px solid #b26a00')
  }
  for (const locator of focus) boxes.push(await locator.boundingBox())
  const top = Math.min(...boxes.map(({ y }) => y))
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height))
  const y = Math.round(Math.max(0, Math.min((top + bottom - HEIGHT) / 2, PHONE.viewport.height - HEIGHT)))
  const clip = { x: 0, y, width: PHONE.viewport.width, height: HEIGHT }
  const bytes = await page.screenshot({ clip, animations: 'disabled', caret: 'hide' })
  const seen = await page.evaluate(() => {
    const fields = [...document.querySelectorAll('input:not([type=password]):not([type=hidden]), textarea')]
    return [document.body.innerText, ...fields.map(({ value }) => value)].join('\n')
  })
  for (const locator of focus) await frame(locator, '')
  const picture = bytes.toString('base64')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  steps.push({ sentence, picture, sha256, taken: new Date().toISOString(), seen })
}

const button = (page, name) => page.getByRole('button', { name, exact: typeof name === 'string' })

async function setUp() {
  const page = await open(browser, await server.says('setup'), PHONE)
  await page.locator('[name=shop]').fill(SHOP)
  await page.locator('[name=name]').fill('Bà Sáu')
  await page.locator('[name=password]').fill('bi-do-ngot-lam')
  await photograph(page, 'Đặt tên cửa hàng, tên và mật khẩu của bạn.', page.locator('[name=shop]'), page.locator('form button'))
  await page.locator('form button').click()
  await page.waitForURL('**/host')
  return page
}

/** The address of the session that the list became. */
async function prepare(page) {
  await button(page, 'Phiên mới').click()
  await page.locator('#list').fill(LIST)
  await photograph(page, 'Bấm Phiên mới, dán danh sách hàng.', page.locator('#list'), button(page, 'Đọc danh sách'))
  await button(page, 'Đọc danh sách').click()
  await button(page, 'Tạo phiên').click()
  await page.waitForURL('**/host/*')
  return page.url()
}

async function practise(page) {
  await page.goto(`${server.url}/host`)
  const practice = button(page, /^Diễn tập/)
  await practice.click()
  await page.waitForURL('**/host/*')
  await page.locator('.row .chip.ok').first().waitFor()
  await photograph(page, 'Bấm Diễn tập để tập trước. Không đơn nào là thật.', page.getByText('DỮ LIỆU THỬ'))
}

async function sell(page, session) {
  await page.goto(session)
  await button(page, 'Bắt đầu nhận đơn').click()
  const pin = button(page, /^Ghim tiếp/)
  await pin.waitFor()
  await photograph(page, 'Bấm Bắt đầu nhận đơn, rồi Ghim món đang bán.', pin)
  await pin.click()
  await page.locator('.pinned .code').waitFor()
}

/** Somebody buys on the sale's own page. */
async function buy(page, session) {
  const code = await page.locator('.pinned .code').textContent()
  const buyer = await open(browser, session.replace('/host/', '/v/'), PHONE)
  await buyer.locator('[data-chot=link][data-state=live]').waitFor()
  const words = buyer.locator('[data-part=words]')
  await words.locator('[name=text]').fill(`${code} x2`)
  await words.locator('[name=name]').fill('Chị Lan')
  await words.getByRole('button').click()
  await buyer.getByText('Đã giữ hàng cho').first().waitFor()
  await buyer.context().close()
  const row = page.locator('.row').filter({ hasText: 'Chị Lan' })
  await row.locator('.chip.ok').waitFor()
  await photograph(page, 'Khách gõ mã: đơn tự vào, hàng được giữ.', row)
}

/** Another phone of the same person. What opens it is not in the picture. */
async function handOver(page, session) {
  await page.goto(`${server.url}/people#mine`)
  await button(page, 'Vào bằng máy khác').click()
  const other = await open(browser, await shownLink(page), PHONE)
  await photograph(other, 'Thêm máy: vào Người và máy, lấy mã mà quét.', other.locator('form button'))
  await other.locator('form button').click()
  await other.waitForURL('**/host')
  await other.context().close()
  await page.goto(session)
}

async function end(page) {
  await button(page, 'Thêm').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Kết thúc phiên', exact: true }).click()
  const hold = page.locator('.hold')
  await hold.waitFor()
  await photograph(page, 'Bán xong: bấm ⋯, Kết thúc phiên, giữ nút.', hold)
  await hold.focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await page.getByText('Số liệu khớp').waitFor()
}

async function take(page) {
  const excel = page.getByRole('link', { name: 'Tải Excel' })
  await photograph(page, 'Bấm Tải Excel, lưu lại mọi đơn.', excel)
  const [download] = await Promise.all([page.waitForEvent('download'), excel.click()])
  await download.saveAs(`${server.folder}/orders.xlsx`)
}

try {
  const page = await setUp()
  const session = await prepare(page)
  await practise(page)
  await sell(page, session)
  await buy(page, session)
  await handOver(page, session)
  await end(page)
  await take(page)
  if (page.complaints.length > 0) throw new Error(page.complaints.join('\n'))

  const paper = await browser.newPage()
  const html = layOut(SHOP, steps)
  await paper.setContent(html)
  const pdf = await paper.pdf({ preferCSSPageSize: true, printBackground: true })
  await mkdir(FOLDER, { recursive: true })
  await writeFile(`${FOLDER}/huong-dan.html`, html)
  await writeFile(`${FOLDER}/huong-dan.pdf`, pdf)
  const told = steps.map(({ picture: _, ...step }) => step)
  await writeFile(`${FOLDER}/steps.json`, `${JSON.stringify(told, null, 1)}\n`)
  process.stdout.write(`${FOLDER}/huong-dan.pdf\n${FOLDER}/huong-dan.html\n`)
} finally {
  await browser.close()
  await server.close()
}
