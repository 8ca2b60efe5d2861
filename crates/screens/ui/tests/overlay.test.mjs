// A stream's overlay on the real server: what is painted over the picture and what is not, in every state and layout.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { box, boxes, Air, LAYOUTS, linked, onAir, PICTURE_SIZES, UPRIGHT, WIDE } from './house/air.mjs'
import { findings } from './house/axe.mjs'
import { Server } from './house/server.mjs'

const CAM = { code: 'A1', name: 'Cam sành Hàm Yên', price: 45000, unit: 'kg', step: 0.5, stock: 40 }
const SHIRT = {
  code: '12',
  name: 'Áo sơ mi lụa Vạn Phúc tay dài cổ trụ thêu hoa sen, hàng may kỹ',
  price: 1250000,
  unit: 'piece',
  stock: 9,
  variants: [['S', 'L']],
  prices: [{ variant: ['L'], price: 1450000 }],
}
/** What Chromium itself logs when the server is gone, or says that there is no such session. */
const LOST = /ERR_CONNECTION|WebSocket connection|ERR_EMPTY_RESPONSE|404/

let server
let air

before(async () => {
  server = await Server.open()
  air = await Air.open(server)
})

after(async () => {
  server?.signal('SIGCONT')
  await air?.close()
  await server?.close()
})

const words = (page, part) => page.locator(`.${part}`).first().textContent()

/** Nothing at all is painted. */
async function nothing(page, name) {
  assert.deepEqual(await boxes(page), [], name)
  assert.deepEqual(await onAir(page, name), { outside: 0, inside: 0 }, name)
}

/** Something is painted, and only in these boxes. */
async function only(page, name, expected) {
  for (const shown of expected) await box(page, shown).waitFor()
  const { outside, inside } = await onAir(page, name)
  assert.equal(outside, 0, `${name}: pixels beside the boxes`)
  assert.ok(inside > 10_000, `${name}: ${inside} pixels in the boxes`)
  assert.equal(await page.locator('.box[data-shown="1"]').count(), expected.length, name)
}

/** The pages of all layouts in one size. */
async function all(sale, size) {
  const pages = {}
  for (const layout of LAYOUTS) pages[layout] = await air.page(sale, `layout=${layout}`, PICTURE_SIZES[size])
  for (const page of Object.values(pages)) await linked(page)
  return pages
}

const OF_LAYOUT = { card: ['card'], bar: ['card'], ticker: ['ticker'], board: ['board'], full: ['card', 'board'] }
/** What stays when nobody has ordered for a while. */
const QUIET = { ...OF_LAYOUT, ticker: [] }

for (const size of Object.keys(PICTURE_SIZES)) {
  test(`${size}: every layout paints its own box in every state, and nothing beside it`, async () => {
    const sale = await air.live([CAM, SHIRT])
    const pages = await all(sale, size)
    const each = async (state, shown, until) => {
      for (const [layout, page] of Object.entries(pages)) {
        const name = `${state}-${layout}-${size}`
        if (until !== undefined) await until(page, layout)
        if (shown?.[layout] === undefined || shown[layout].length === 0) await nothing(page, name)
        else await only(page, name, shown[layout])
      }
    }
    await each('nothing-pinned')
    await air.change(sale.session, 'A1', { pinned: true })
    const pinned = (page) => page.locator('.code', { hasText: 'A1' }).waitFor({ state: 'attached' })
    const withCard = (until) => async (page, layout) => {
      if (QUIET[layout].includes('card')) await until(page)
    }
    await each('pinned', { card: ['card'], bar: ['card'], full: ['card'] }, withCard(pinned))
    await Promise.all(Object.values(pages).map(async (page, at) => {
      await air.buy(sale.session, `Lan Anh ${at}`, 'A1', 1.5)
      await page.locator('.box[data-shown="1"]').first().waitFor()
    }))
    await each('ordered', OF_LAYOUT)
    await air.change(sale.session, 'A1', { stock: 7.5 })
    const said = (text) => withCard((page) => page.locator('.say', { hasText: text }).waitFor({ state: 'attached' }))
    const noTicker = (until) => async (page, layout) => {
      await until(page, layout)
      if (layout === 'ticker') await page.locator('.ticker[data-shown="0"]').waitFor({ state: 'attached' })
    }
    await each('sold-out', QUIET, noTicker(said('HẾT HÀNG – bình luận để vào danh sách chờ')))
    await air.change(sale.session, '12', { pinned: true })
    await each('variants', QUIET, said('Gõ “mã 12” để chốt'))
    assert.equal(await words(pages.card, 'price'), '1.250.000 – 1.450.000\u00a0₫')
    await air.state(sale.session, 'paused')
    await each('paused', QUIET, said('Tạm dừng nhận đơn'))
    await air.state(sale.session, 'live')
    await air.change(sale.session, '12', { open: false })
    await each('closed', QUIET, said('Món này tạm ngừng nhận đơn'))
    await air.state(sale.session, 'ended')
    await pages.card.locator('.card[data-mood=thanks]').waitFor()
    await only(pages.card, `thanks-card-${size}`, ['card'])
    assert.equal(await words(pages.card, 'say'), 'Cảm ơn các bạn!')
    const thanked = async (page) => page.locator('.card[data-shown="0"]').waitFor({ state: 'attached' })
    await each('ended', undefined, withCard(thanked))
    const late = await air.page(sale, 'layout=full', PICTURE_SIZES[size])
    await linked(late)
    await nothing(late, `ended-long-ago-${size}`)
    for (const page of [...Object.values(pages), late]) {
      assert.deepEqual(page.complaints, [])
      await page.context().close()
    }
  })
}

test('upright for TikTok, every box stands where nothing else is drawn', async () => {
  const sale = await air.live([CAM])
  await air.change(sale.session, 'A1', { pinned: true })
  for (let at = 0; at < 14; at += 1) await air.buy(sale.session, `Khách ${'abcdefghijklmn'[at]}`, 'A1')
  const within = async (layout, [top, bottom]) => {
    const page = await air.page(sale, `layout=${layout}&safe=tiktok`, UPRIGHT)
    await box(page, OF_LAYOUT[layout][0]).waitFor()
    for (const at of await boxes(page)) {
      assert.ok(at.left >= 60 && at.right <= 860, `${layout}: ${JSON.stringify(at)}`)
      assert.ok(at.top >= top && at.bottom <= bottom, `${layout}: ${JSON.stringify(at)}`)
    }
    await page.context().close()
  }
  await within('card', [1080, 1330])
  await within('bar', [1080, 1330])
  await within('board', [400, 1330])
  await within('full', [300, 1330])
  const half = await air.page(sale, 'layout=card', { width: 540, height: 960 })
  await box(half, 'card').waitFor()
  assert.deepEqual(await boxes(half), [{ left: 30, top: 540, right: 430, bottom: 665 }], 'the same at half the size')
  const free = await air.page(sale, 'layout=bar&safe=none', UPRIGHT)
  await box(free, 'card').waitFor()
  assert.deepEqual(await boxes(free), [{ left: 60, top: 1760, right: 1020, bottom: 1860 }])
  for (const page of [half, free]) await page.context().close()
})

test('nothing that belongs in a box is cut off by it', async () => {
  const rules = { waitlist: true }
  const long = { ...SHIRT, code: 'SP-POLO-012', stock: 1 }
  const sale = await air.live([SHIRT, CAM, long], rules)
  for (const size of Object.values(PICTURE_SIZES)) {
    const pages = [await air.page(sale, 'layout=card', size), await air.page(sale, 'layout=bar', size)]
    for (const code of ['12', 'A1', 'SP-POLO-012']) {
      await air.change(sale.session, code, { pinned: true })
      await air.buy(sale.session, 'Nghiêng Ngả', code)
      for (const page of pages) {
        await page.locator('.code', { hasText: code }).waitFor()
        await box(page, 'card').waitFor()
        const isBar = page.url().includes('layout=bar')
        if (code === 'SP-POLO-012') await page.locator('.card[data-mood=soldOut]').waitFor()
        else if (!isBar) await page.locator('.just[data-shown="1"]').waitFor()
        const cut = await page.locator('.card').evaluate((card) => {
          const around = card.getBoundingClientRect()
          const parts = [...card.querySelectorAll('.code, .name, .price, .left, .say, .just[data-shown="1"]')]
          const shown = parts.filter((part) => part.offsetWidth > 0)
          const [price, left] = ['.price', '.left'].map((part) => card.querySelector(part).getBoundingClientRect())
          if (left.width > 0 && price.right > left.left) return ['price over left']
          return shown.filter((part) => {
            const at = part.getBoundingClientRect()
            const isOut = at.left < around.left - 1 || at.right > around.right + 1 || at.bottom > around.bottom + 1
            // A name may go on, and a buyer's line beside a long code: both end in dots.
            const needs = /name|just/.test(part.className) ? 0 : part.scrollWidth - part.clientWidth
            return isOut || at.top < around.top - 1 || needs > 1
          }).map((part) => part.className)
        })
        assert.deepEqual(cut, [], `${code} in ${page.url()}`)
      }
    }
    for (const page of pages) await page.context().close()
  }
})

test('everybody of a minute with forty orders comes by on the board, and twice a second is all that is drawn', async () => {
  const sale = await air.live([{ ...CAM, stock: 500 }])
  await air.change(sale.session, 'A1', { pinned: true })
  const page = await air.page(sale, 'layout=full&motion=0', WIDE)
  await linked(page)
  await box(page, 'card').waitFor()
  await page.evaluate(() => {
    window.drawings = []
    window.came = new Set()
    const look = () => {
      for (const row of document.querySelectorAll('.board li:not([hidden])')) window.came.add(row.dataset.number)
    }
    const parts = { subtree: true, childList: true, characterData: true, attributes: true }
    new MutationObserver(() => {
      window.drawings.push(performance.now())
      look()
    }).observe(document.querySelector('main'), parts)
  })
  for (let at = 1; at <= 40; at += 1) await air.buy(sale.session, `Khách ${at}`, 'A1')
  await page.waitForFunction(() => window.came.size === 40, undefined, { timeout: 60_000 })
  const drawings = await page.evaluate(() => window.drawings)
  const gaps = drawings.slice(1).map((at, before) => at - drawings[before])
  const close = gaps.filter((gap) => gap < 480)
  assert.deepEqual(close, [], 'drawings stand half a second apart')
  assert.equal(await words(page, 'minute'), '40 đơn trong phút qua')
  assert.equal(await page.locator('.board li:not([hidden])').count(), 12)
  assert.deepEqual(page.complaints, [])
  await page.context().close()
})

test('when the server is silent the figure goes and name and price stay; then it is back', async () => {
  const sale = await air.live([CAM])
  await air.change(sale.session, 'A1', { pinned: true })
  const page = await air.page(sale, 'layout=card')
  const left = page.locator('[data-chot="left:A1"]')
  await left.and(page.locator('[data-value="40"]')).waitFor()
  assert.equal(await left.textContent(), 'Còn 40')
  server.signal('SIGSTOP')
  await left.and(page.locator('[data-value=""]')).waitFor({ state: 'attached', timeout: 12_000 })
  assert.equal(await left.textContent(), '')
  assert.equal(await words(page, 'name'), CAM.name)
  assert.equal(await words(page, 'price'), '45.000\u00a0₫/kg')
  assert.equal((await onAir(page, 'stale-card-upright')).outside, 0)
  server.signal('SIGCONT')
  await left.and(page.locator('[data-value="40"]')).waitFor()
  await server.kill()
  await left.and(page.locator('[data-value=""]')).waitFor({ state: 'attached', timeout: 12_000 })
  await server.start()
  await air.buy(sale.session, 'Lan Anh', 'A1', 2.5)
  await left.and(page.locator('[data-value="37.5"]')).waitFor({ timeout: 20_000 })
  assert.deepEqual(page.complaints.filter((text) => !LOST.test(text)), [])
  await page.context().close()
})

test('a revoked key takes everything off the air; only who asks is told why', async () => {
  const sale = await air.live([CAM])
  await air.change(sale.session, 'A1', { pinned: true })
  const [page, told] = [await air.page(sale, 'layout=full'), await air.page(sale, 'layout=full&debug=1&lang=en')]
  for (const shown of [page, told]) await box(shown, 'card').waitFor()
  const token = air.shop.host_token
  const path = `/v1/sessions/${sale.session}/overlays/${sale.overlay}`
  const headers = { authorization: `Bearer ${token}` }
  assert.equal((await fetch(server.api + path, { method: 'DELETE', headers })).status, 204)
  for (const shown of [page, told]) await linked(shown, 'ended')
  await page.locator('.card[data-shown="0"]').waitFor({ state: 'attached' })
  await nothing(page, 'revoked')
  assert.match(await words(told, 'debug'), /does not open/)
  const wrong = await air.page({ session: sale.session, key: '#chot_overlay_wrong' }, 'layout=card')
  const nowhere = await air.page({ session: '0000000000-s1', key: sale.key }, 'layout=card')
  await linked(wrong, 'ended')
  await linked(nowhere, 'offline')
  for (const shown of [wrong, nowhere]) await nothing(shown, 'wrong-key')
  assert.deepEqual(page.complaints, [])
  for (const shown of [page, told, wrong, nowhere]) await shown.context().close()
})

test('the key is in no request, nothing is kept, and a program’s own styles may be added', async () => {
  const sale = await air.live([CAM])
  await air.change(sale.session, 'A1', { pinned: true })
  const page = await air.page(sale, 'demo=0')
  await box(page, 'card').waitFor()
  const asked = []
  page.on('request', (request) => asked.push(request.url(), JSON.stringify(request.headers())))
  page.on('websocket', (socket) => asked.push(socket.url()))
  await page.reload()
  await box(page, 'card').waitFor()
  assert.ok(asked.length >= 4, `${asked.length} requests were seen`)
  assert.ok(asked.every((text) => !text.includes(sale.key.slice(1))), 'the key goes in the first frame only')
  const kept = await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length])
  assert.deepEqual(kept, ['', 0, 0])
  await page.evaluate(() => {
    const style = document.createElement('style')
    style.append('body { background-color: rgba(0, 0, 0, 0); margin: 0px auto; overflow: hidden; } .card { opacity: 0 }')
    document.head.append(style)
  })
  assert.equal(await page.locator('.card').evaluate((card) => getComputedStyle(card).transitionProperty !== ''), true)
  assert.deepEqual(page.complaints, [], 'no violation of the policy')
  assert.deepEqual(await findings(page), [])
  await page.context().close()
})

test('invented figures are marked, ask no server, and are the same in English', async () => {
  const sale = { session: '0000000000-s1', key: '' }
  for (const [query, mark, call] of [['lang=vi', 'DỮ LIỆU THỬ', 'Gõ A1 để chốt'], ['lang=en&theme=light', 'SAMPLE DATA', 'Type A1 to order']]) {
    const page = await air.page(sale, `layout=full&demo=1&${query}`, WIDE)
    await box(page, 'card').waitFor()
    assert.equal(await words(page, 'mark'), mark)
    assert.equal(await words(page, 'say'), call)
    assert.equal((await onAir(page, `demo-${query.replace(/\W/g, '-')}`)).outside, 0)
    assert.deepEqual(page.complaints.filter((text) => !LOST.test(text)), [])
    await page.context().close()
  }
})

test('a rehearsal on air says that it is one, and a real live does not', async () => {
  const sale = await air.live([CAM])
  const practised = await server.call('POST', '/v1/practice', {
    token: air.shop.host_token, key: 'rehearse', body: { session: sale.session },
  })
  const rehearsal = { session: practised.session, ...(await air.key(practised.session)) }
  for (const [shown, marks] of [[rehearsal, ['DỮ LIỆU THỬ']], [sale, []]]) {
    const page = await air.page(shown, 'layout=card')
    await linked(page)
    assert.deepEqual(await page.locator('.mark').allTextContents(), marks)
    assert.deepEqual(page.complaints, [])
    await page.context().close()
  }
})

test('what fades does so once, and not where motion is unwanted', async () => {
  const sale = await air.live([CAM])
  await air.change(sale.session, 'A1', { pinned: true })
  const fades = async (query, more) => {
    const page = await air.page(sale, query, UPRIGHT, more)
    await box(page, 'card').waitFor()
    const seconds = await page.locator('.card').evaluate((card) => getComputedStyle(card).transitionDuration)
    await page.context().close()
    return seconds.split(', ').every((duration) => duration === '0.2s')
  }
  assert.equal(await fades('layout=card'), true)
  assert.equal(await fades('layout=card&motion=0'), false)
  assert.equal(await fades('layout=card', { reducedMotion: 'reduce' }), false)
  const files = ['main', 'view', 'card', 'buyers', 'sample', 'options'].map((name) => `../src/overlay/${name}.ts`)
  const source = files.map((file) => readFileSync(new URL(file, import.meta.url), 'utf8')).join('\n')
  assert.doesNotMatch(source, /innerHTML|outerHTML|insertAdjacentHTML|requestAnimationFrame|setInterval|localStorage|document\.cookie/)
})

test('a session goes on air under names that harm nobody', async () => {
  const sale = await air.live([CAM])
  await air.change(sale.session, 'A1', { pinned: true })
  const page = await air.page(sale, 'layout=board')
  await linked(page)
  const names = ['0901234567', '<img src=x onerror=alert(1)> b', 'Z̶̶̶̶̶̶̶̶̶̶̶̶̶̶̶̶̶̶̶a̶̶̶̶̶̶̶̶̶̶̶̶̶̶̶̶lgo T', 'مرحبا بك', 'Nguyễn Thị Lan Hương']
  for (const name of names) await air.buy(sale.session, name, 'A1')
  await page.locator('.who', { hasText: 'Nguyễn H••' }).waitFor()
  const shown = await page.locator('li:not([hidden]) .who').allTextContents()
  assert.deepEqual(shown, ['Nguyễn H••', 'مرحبا ب••', 'Z\u0336\u0336\u0336a\u0336\u0336\u0336lgo T••', 'img b••', 'Khách số 1'])
  assert.equal(await page.locator('main img, main script').count(), 0)
  assert.equal((await onAir(page, 'hostile-names')).outside, 0)
  assert.deepEqual(page.complaints, [])
  await page.context().close()
})

test('before it begins nothing is on air, and whoever sets the page up is told why', async () => {
  const body = { title: 'Phiên tối nay', offers: [CAM] }
  const { session } = await server.call('POST', '/v1/sessions', { token: air.shop.host_token, body })
  const sale = { session, ...(await air.key(session)) }
  await air.change(session, 'A1', { pinned: true })
  const [page, told] = [await air.page(sale, 'layout=full'), await air.page(sale, 'layout=full&debug=1')]
  for (const shown of [page, told]) await linked(shown)
  await nothing(page, 'draft')
  await told.locator('.debug', { hasText: 'phiên chưa bắt đầu' }).waitFor()
  assert.equal((await onAir(told, 'draft-debug')).outside, 0)
  await air.state(session, 'live')
  for (const shown of [page, told]) await box(shown, 'card').waitFor()
  assert.equal(await words(told, 'debug'), '')
  for (const shown of [page, told]) await shown.context().close()
})
