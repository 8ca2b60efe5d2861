// Words that were meant to break a screen or a sheet, through every door, on every page: nothing
// runs, nothing is asked for elsewhere, nothing sticks out, and no cell calculates.

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { LAPTOP, launch, open, PHONE } from './house/browser.mjs'
import { BODIES, fooled, guard, sane, strict, word, WORDS } from './house/corpus.mjs'
import { forged } from './house/forged.mjs'
import { Server } from './house/server.mjs'
import { readSheets, throughLibreOffice } from './house/sheets.mjs'
import { speak } from './house/viewers.mjs'

const SHOP = `"><script>alert(1)</script> ${word('template-braces')}`
const PERSON = '<img src=x onerror=alert(1)>'
/** What somebody types as where their order goes. */
const TYPED = [
  'script', 'image-error', 'svg', 'end-textarea', 'quote-double', 'quote-single', 'salutation', 'css-attribute',
  'override', 'marks-of-direction', 'arabic', 'zero-width', 'nothing', 'nul', 'lines', 'zalgo', 'zalgo-thai',
  'longest-name', 'longest-vietnamese', 'emoji-row', 'sheet-command', 'sheet-hidden-equals',
]
/** As many as a console's feed shows at once, three comments each. */
const AT_ONCE = 8

let server
let browser
let shop
let cookies
/** The sessions: one with plain words, and the one that everything is said in. */
let plain
let session
/** An order's page whose buyer has a name of the corpus. */
let order

before(async () => {
  server = await Server.open()
  browser = await launch()
  shop = await server.addShop(SHOP)
  const page = await guarded('about:blank')
  const { pathname, search } = new URL((await server.run('shop', 'invite', '--shop', shop.shop)).trim())
  await page.goto(server.url + pathname + search)
  await sane(page, 'set up')
  await page.locator('[name=name]').fill(PERSON)
  await page.locator('[name=password]').fill('bi-do-ngot-lam')
  await page.locator('form button').click()
  await page.waitForURL('**/host')
  cookies = await page.context().cookies()
  await page.context().close()
  plain = await server.live(shop, [offer('D1', 'Bí đỏ')])
  session = await hostileSession()
})

after(async () => {
  await browser?.close()
  await server?.close()
})

const offer = (code, name, more = {}) => ({ code, name, price: 45000, unit: 'quả', stock: 500, ...more })

/** A call that may be refused: its status and JSON. */
async function ask(method, path, body, headers = { authorization: `Bearer ${shop.host_token}` }) {
  const init = { method, headers: { 'content-type': 'application/json', ...headers }, body }
  if (body !== undefined && !(body instanceof Uint8Array)) init.body = JSON.stringify(body)
  const response = await fetch(server.api + path, init)
  const answer = await response.json().catch(() => ({}))
  assert.ok(response.status < 500, `${method} ${path}: ${response.status} ${JSON.stringify(answer)}`)
  if (!response.ok) assert.match(answer.code, /^[a-z_]+$/, `${method} ${path}`)
  return { status: response.status, answer }
}

let keys = 0
const keyed = () => ({ authorization: `Bearer ${shop.host_token}`, 'idempotency-key': `k${(keys += 1)}` })

/** A session whose title and offers are of the corpus, as far as they are taken. */
async function hostileSession() {
  const id = await server.live(shop, [offer('D1', 'Bí đỏ')])
  const taken = []
  for (const [at, { text }] of WORDS.entries()) {
    const called = { aliases: [text], variants: [[text, 'M']], unit: text, packs: { [text]: 10 } }
    const path = `/v1/sessions/${id}/offers`
    const full = await ask('POST', path, offer(`W${at}`, text, called), keyed())
    const { status } = full.status === 201 ? full : await ask('POST', path, offer(`W${at}`, text), keyed())
    if (status === 201) taken.push(text)
    await ask('POST', path, offer(text, 'mã'), keyed())
    await ask('POST', '/v1/sessions', { title: text, offers: [] })
  }
  assert.ok(taken.length > WORDS.length / 2, `${taken.length} offers`)
  await server.call('PATCH', `/v1/sessions/${id}/offers/D1`, { token: shop.host_token, key: 'pin', body: { pinned: true } })
  return id
}

async function guarded(url, options = {}) {
  const page = await open(browser, 'about:blank', options)
  page.setDefaultTimeout(10_000)
  await guard(page, [server.url, server.ops.replace('127.0.0.1', 'chot.test'), `ws://chot.test:${server.port}`])
  if (cookies !== undefined) await page.context().addCookies(cookies)
  if (url !== 'about:blank') await page.goto(url)
  return page
}

/** Each word three times: as it is, beside an order, beside a code that nobody sells. */
function comments(words, round) {
  return words.flatMap(({ id, text }) =>
    [text, 'D1 1', `Z9 x1 ${text}`].map((said, nth) => ({
      platform: 'tiktok', comment_id: `${id}-${nth}-${round}`, buyer_id: id, buyer_name: text, text: said,
    })),
  )
}

async function post(words, round = 0) {
  const headers = { authorization: `Bearer ${shop.source_token}` }
  const path = `/v1/sessions/${session}/comments`
  return (await ask('POST', path, { comments: comments(words, round) }, headers)).answer.outcomes
}

const button = (page, name) => page.getByRole('button', { name, exact: typeof name === 'string' })
const tab = (page, name) => page.getByRole('navigation').getByRole('button', { name }).click()

async function closeSheet(page) {
  await page.keyboard.press('Escape')
  await page.locator('dialog').waitFor({ state: 'detached' })
}

/** Every sheet of the menu, looked at and closed. */
async function menuSheets(page, name) {
  for (const entry of ['Chọn hàng để ghim', 'Sửa giá', 'Ảnh', 'Danh sách để đọc', 'Kết thúc phiên']) {
    await button(page, 'Thêm').click()
    await page.getByRole('dialog').getByRole('button', { name: entry, exact: true }).click()
    await page.getByRole('dialog').getByRole('heading').first().waitFor()
    await sane(page, `${name}, ${entry}`)
    await closeSheet(page)
  }
}

for (const [size, viewport] of Object.entries({ phone: PHONE, laptop: LAPTOP })) {
  test(`the console's feed, cards, orders and sheets (${size})`, async () => {
    const page = await guarded(`${server.url}/host/${plain}`, { viewport })
    await page.locator('[data-chot=link][data-state=live]').waitFor()
    const before = await sane(page, 'a plain evening')
    await page.goto(`${server.url}/host/${session}`)
    await page.locator('.pinned').waitFor()
    for (let at = 0; at < WORDS.length; at += AT_ONCE) {
      const words = WORDS.slice(at, at + AT_ONCE)
      const outcomes = await post(words, size)
      const last = outcomes.findLastIndex(({ position }) => position !== undefined)
      if (last === -1) continue
      const { epoch, seq } = outcomes[last].position
      await page.waitForFunction(({ epoch, seq }) => {
        const rows = [...document.querySelectorAll('[data-row]')].map((row) => row.dataset.row.split('-').map(Number))
        return rows.some(([e, s]) => e > epoch || (e === epoch && s >= seq))
      }, { epoch, seq })
      const name = `${words[0].id} and after`
      assert.equal(await sane(page, name), before, name)
    }
    for (const name of [/^Cần xem/, /^(Đơn|Orders)$/, /Danh sách chờ/]) {
      await tab(page, name)
      assert.equal(await sane(page, String(name)), before)
    }
    await tab(page, 'Bình luận')
    for (const nth of [0, 1, 2]) {
      await page.locator('.row:visible').nth(nth).click()
      await page.getByRole('dialog').waitFor()
      await sane(page, 'a row')
      await closeSheet(page)
    }
    await tab(page, /^Đơn$/)
    for (const nth of [0, 7, 13]) {
      await page.locator('.middle-column .card .wide').nth(nth).click()
      await page.getByRole('dialog').waitFor()
      await sane(page, 'an order')
      for (const [act, sheet] of [['Nhắc khách', 'Nhắc khách'], ['In phiếu', 'Phiếu giao hàng']]) {
        await page.getByRole('dialog').getByRole('button', { name: act }).click()
        await page.getByRole('dialog', { name: sheet }).waitFor()
        await sane(page, sheet)
        await closeSheet(page)
        await page.locator('.middle-column .card .wide').nth(nth).click()
      }
      await closeSheet(page)
    }
    await menuSheets(page, size)
    await page.context().close()
  })
}

test('what is pasted, and what a host orders for others', async () => {
  const page = await guarded(`${server.url}/host/${session}`)
  await page.locator('.pinned').waitFor()
  await button(page, 'Thêm').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Dán bình luận' }).click()
  const lines = WORDS.filter(({ text }) => text.length < 1000).map(({ text }) => `${text}: ${text}`)
  await page.locator('#paste').evaluate((field) => (field.dataset.typed = 'yes'))
  await page.locator('#paste').fill(lines.join('\n'))
  await button(page, /^Đọc \d+ dòng/).click()
  await page.locator('dialog .places li').first().waitFor()
  await sane(page, 'pasted')
  for (const { text } of WORDS) {
    const claim = { buyer_name: text, lines: [{ code: 'D1', quantity: 1 }] }
    await ask('POST', `/v1/sessions/${session}/claims`, claim, keyed())
  }
  await page.context().close()
})

test('viewers of the sale’s own page, their orders and where these go', async () => {
  const said = []
  for (const { text } of WORDS) {
    const { status } = await ask('POST', `/v1/sessions/${session}/tickets`, { name: text })
    if (status === 200) said.push({ name: text, text: 'D1 x1' })
  }
  assert.ok(said.length > WORDS.length / 2)
  const outcomes = await speak(browser, `${server.url}/v/${session}`, said)
  assert.ok(outcomes.every(({ result }) => ['held', 'waitlisted', 'partial'].includes(result)))
  const page = await guarded(`${server.url}/v/${plain}`)
  const before = await sane(page, 'a plain sale')
  await page.goto(`${server.url}/v/${session}`)
  assert.equal(await sane(page, 'the sale'), before)
  await page.evaluate(({ session, name }) => {
    const form = document.createElement('form')
    form.method = 'post'
    form.action = `/v/${session}/orders`
    const token = document.querySelector('[name=buyer_token]').value
    const fields = { key: 'mine', code: 'D1', quantity: '1', name, buyer_token: token }
    for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement('input'), { name, value }))
    document.body.append(form)
    form.submit()
  }, { session, name: word('quote-double') })
  await page.waitForURL('**/o/*')
  order = page.url()
  await sane(page, 'an order')
  for (const { id, text } of WORDS) await refusedContact(id, text)
  for (const id of TYPED) await contact(page, id, word(id))
  await page.goto(order)
  const act = `/v1/sessions/${session}/orders/${new URL(order).pathname.slice(3).split('.')[0]}/confirm`
  await ask('POST', act, {}, keyed())
  await page.locator('[data-chot^="order:"][data-state=confirmed]').waitFor()
  await sane(page, 'an order that was read again')
  await page.goto(`${server.url}/v/${session}`)
  assert.equal(await sane(page, 'the sale, with an order'), before)
  await ask('POST', `/v1/sessions/${session}/offers`, offer('NEW', word('quote-double')), keyed())
  await page.locator('[data-code=NEW]').waitFor()
  assert.equal(await sane(page, 'a new offer'), before)
  await page.context().close()
})

/** A refused form says again what was typed, and nothing of it is HTML. */
async function refusedContact(id, text) {
  const body = new URLSearchParams({ name: text, phone: text, address: `${text}\n${text}`, consent: '0' })
  const response = await fetch(server.api + new URL(order).pathname + '/contact', { method: 'POST', body })
  assert.equal(response.status, 422, id)
  const html = await response.text()
  assert.ok(!/[<"]/.test(text) || !html.includes(text), id)
}

/** The form of where an order goes, filled in with a word and sent. */
async function contact(page, id, text) {
  await page.goto(`${order}/contact`)
  const form = page.locator('section[data-chot=contact] form')
  await form.evaluate((form, text) => {
    form.querySelector('[name=name]').value = text
    form.querySelector('[name=phone]').value = '0912345678'
    form.querySelector('[name=address]').value = text
    form.querySelector('[name=consent]').checked = true
    form.noValidate = true
    for (const field of form.querySelectorAll('input, textarea')) field.dataset.typed = 'yes'
  }, text)
  await form.locator('button').click()
  await page.waitForLoadState()
  await page.locator('[name=name], [name=address]').evaluateAll((fields) => fields.forEach((field) => (field.dataset.typed = 'yes')))
  await sane(page, `where it goes: ${id}`)
}

test('whatever words did would be seen', async () => {
  const page = await guarded(`${server.url}/v/${plain}`)
  const seen = []
  const tries = {
    dialog: () => alert(1),
    request: () => (new Image().src = '/elsewhere'),
    policy: () => (new Image().src = 'http://evil.example/x'),
    TrustedHTML: () => (document.querySelector('h1').innerHTML = '<b>D1</b>'),
    elements: () => document.body.append(document.createElement('iframe')),
    texts: () => (document.querySelector('h1').textContent = '\u202eNAL'),
    'sticks out': () => (document.querySelector('h1').style.width = '2000px'),
  }
  for (const [name, act] of Object.entries(tries)) {
    await page.goto(`${server.url}/v/${plain}`)
    page.complaints = []
    await page.evaluate(act).catch((error) => page.complaints.push(String(error)))
    await page.evaluate(() => new Promise(requestAnimationFrame))
    const told = await sane(page, 'tried').then(() => 'nothing', (error) => error.message)
    assert.match(told, new RegExp(name), name)
    seen.push(name)
  }
  assert.equal(seen.length, 7)
  await page.context().close()
})

// One line brings another page in.
const PAGES = {
  front: () => `${server.url}/`,
  home: () => `${server.url}/host`,
  console: () => `${server.url}/host/${session}`,
  sale: () => `${server.url}/v/${session}`,
  order: () => order,
  'where it goes': () => `${order}/contact`,
  'sign in': () => `${server.url}/sign-in?next=javascript:alert(1)`,
  'link is over': () => `${server.url}/setup?link=%22%3E%3Cscript%3Ealert(1)%3C/script%3E`,
  people: () => `${server.url}/people`,
  'what is kept': () => `${server.url}/privacy/${session}`,
  ops: () => `${server.ops.replace('127.0.0.1', 'chot.test')}/ops`,
}

for (const [name, address] of Object.entries(PAGES)) {
  test(`${name}: nothing runs, nothing sticks out, and its policy is strict`, async () => {
    for (const viewport of [PHONE, LAPTOP]) {
      const page = await guarded('about:blank', { viewport })
      const response = await page.goto(address())
      strict(response.headers()['content-security-policy'])
      await page.waitForFunction(() => document.querySelector('#app')?.childElementCount !== 0)
      assert.equal(await sane(page, name), viewport.width, name)
      await page.context().close()
    }
  })
}

test('somebody signs in under such a name, and never lands elsewhere', async () => {
  const kept = cookies
  cookies = undefined
  for (const next of ['//evil.example/', 'https://evil.example/', '/\\evil.example', 'javascript:alert(1)', '/%0d%0aSet-Cookie:x=y']) {
    const page = await guarded(`${server.url}/sign-in?next=${encodeURIComponent(next)}`)
    await page.locator('[name=name]').fill(PERSON)
    await page.locator('[name=password]').fill('bi-do-ngot-lam')
    await page.locator('form button').click()
    await page.waitForURL((url) => url.pathname !== '/sign-in')
    assert.equal(new URL(page.url()).origin, server.url, next)
    await page.context().close()
  }
  cookies = kept
})

test('a photo is a photo, whatever it says it is', async () => {
  for (const { name, bytes, type, taken } of forged()) {
    const headers = { ...keyed(), 'content-type': type }
    const path = `/v1/sessions/${session}/offers/D1/photo`
    const { status, answer } = await ask('PUT', path, bytes, headers)
    assert.equal(status < 300, taken, `${name}: ${status} ${JSON.stringify(answer)}`)
  }
  const page = await guarded(`${server.url}/v/${session}`)
  const source = await page.locator('img').first().getAttribute('src')
  const photo = await fetch(server.api + source)
  assert.equal(photo.headers.get('content-type'), 'image/jpeg')
  assert.equal(photo.headers.get('x-content-type-options'), 'nosniff')
  const bytes = Buffer.from(await photo.arrayBuffer())
  assert.ok(!bytes.includes('<script'), 'what was behind the picture is gone')
  await sane(page, 'with a photo')
  await page.context().close()
})

test('bodies that are no words at all', async () => {
  for (const { id, bytes, status, code, reason } of BODIES) {
    const headers = { authorization: `Bearer ${shop.source_token}` }
    const told = await ask('POST', `/v1/sessions/${session}/comments`, bytes, headers)
    assert.equal(told.status, status, `${id}: ${JSON.stringify(told.answer)}`)
    assert.equal(status === 200 ? told.answer.outcomes[0].reason : told.answer.code, reason ?? code, id)
  }
})

/** What is left of a name once a screen, a sheet and a reader have had it. */
const core = (text) => (text ?? '').normalize('NFD').replace(/[\p{M}\p{C}\p{Z}\s'\u3164\u115f\u1160\uffa0]/gu, '')

test('sheets: no cell calculates, every name is known again', async () => {
  const token = shop.host_token
  const files = []
  for (const format of ['csv', 'xlsx']) {
    const path = `/v1/sessions/${session}/export?format=${format}`
    const response = await fetch(server.api + path, { headers: { authorization: `Bearer ${token}` } })
    const file = `${server.folder}/hostile.${format}`
    await writeFile(file, Buffer.from(await response.arrayBuffer()))
    files.push(file)
  }
  const names = new Map()
  for (let cursor = ''; cursor !== undefined; ) {
    const page = await server.call('GET', `/v1/sessions/${session}/orders?limit=500${cursor && `&cursor=${cursor}`}`, { token })
    for (const { order, buyer_name } of page.orders) names.set(order, buyer_name)
    cursor = page.next_cursor
  }
  const sheets = await readSheets(...files)
  for (const [kind, { rows, formulas }] of Object.entries(sheets)) {
    assert.deepEqual(formulas, [], kind)
    assert.equal(new Set(rows.map((row) => row.order)).size, names.size, kind)
    for (const row of rows) {
      const sent = names.get(row.order)
      // A name that is a phone number leaves the shop masked.
      if (/^\+84\d{9}$/.test(sent)) assert.match(row.buyer_name, /^\d{3}•••\d{4}$/, kind)
      else assert.equal(core(row.buyer_name), core(sent), kind)
      assert.equal(fooled(row.buyer_name ?? ''), undefined, JSON.stringify(row.buyer_name))
    }
  }
  assert.ok([...names.values()].includes(word('override')), 'a machine has the name as it was sent')
  if (process.env.CHOT_LONG !== undefined) {
    const office = await throughLibreOffice(files[1])
    assert.equal(office.trim().split('\n').length, sheets.xlsx.rows.length + 1)
    assert.ok(!/Err:|#NAME|#REF/.test(office), 'LibreOffice calculates nothing')
  }
})

test('a summary of all that', async () => {
  const page = await guarded(`${server.url}/host/${session}`)
  await page.locator('.pinned').waitFor()
  await server.call('POST', `/v1/sessions/${session}/state`, { token: shop.host_token, body: { state: 'ended' } })
  await page.getByText('Số liệu khớp').waitFor()
  await sane(page, 'the summary')
  await page.locator('.summary .card .wide').first().click()
  await page.getByRole('dialog').waitFor()
  await sane(page, 'an unpaid order')
  await page.context().close()
})
