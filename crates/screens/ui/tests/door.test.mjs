import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fits, launch, open } from './house/browser.mjs'
import { Server } from './house/server.mjs'

let server
let browser

before(async () => {
  server = await Server.open()
  // A phone reaches it under its public name: the second start is told which.
  server.signal('SIGTERM')
  await server.ended
  server.environment.CHOT_PUBLIC_URL = server.url
  await server.start()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await server?.close()
})

const PASSWORD = 'bi-do-ngot-lam'

test('from the link to the console in three typed fields, again by name, and on the phone', async () => {
  const page = await open(browser, await server.says('setup'), { javaScriptEnabled: false })
  assert.equal(await fits(page), true)
  await page.getByLabel('Tên cửa hàng').fill('Bí Ba Bể')
  await page.getByLabel('Tên của bạn').fill('Chị Đào')
  await page.getByLabel('Mật khẩu').fill(PASSWORD)
  await page.getByRole('button', { name: 'Mở cửa hàng' }).click()
  assert.equal(new URL(page.url()).pathname, '/host')

  const other = await open(browser, `${server.url}/host`)
  assert.equal(new URL(other.url()).pathname, '/sign-in')
  await other.getByLabel('Tên của bạn').fill('chị đào')
  await other.getByLabel('Mật khẩu').fill('khong-phai')
  await other.getByRole('button', { name: 'Đăng nhập' }).click()
  await other.getByRole('alert').getByText('không đúng').waitFor()
  assert.equal(await other.getByLabel('Mật khẩu').inputValue(), '')
  await other.getByLabel('Mật khẩu').fill(PASSWORD)
  await other.getByRole('button', { name: 'Đăng nhập' }).click()
  await other.waitForURL('**/host')
  const complaints = other.complaints.filter((text) => !text.includes('401'))
  assert.deepEqual(complaints, [], 'only the refused password is an answer of 401')
  const handed = await other.evaluate(async () => {
    const answer = await fetch('/v1/handover', { method: 'POST' })
    return answer.json()
  })

  const phone = await open(browser, handed.url)
  assert.equal(await fits(phone), true)
  await phone.getByRole('button', { name: 'Vào bảng điều khiển' }).click()
  await phone.waitForURL('**/host')
  const me = await phone.evaluate(async () => (await fetch('/v1/me')).json())
  assert.deepEqual([me.shop_name, me.name, me.secure], ['Bí Ba Bể', 'Chị Đào', false])

  const used = await open(browser, handed.url)
  await used.getByRole('heading', { name: 'Đường dẫn hết hạn' }).waitFor()
})
