// The page for the wall: one sheet, every step on it, every picture of this very run.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pagesOf } from './house/pdf.mjs'

const SCRIPT = new URL('guide.mjs', import.meta.url).pathname
const STEPS_MAX = 8
/** A network address, a door's link, a port: what a wall has no use for. */
const SECRET = /\d+\.\d+\.\d+\.\d+|https?:|chot\.test|link=|localhost|:\d{4,5}\b/

test('the guide is one page of today’s pictures, with nothing that is secret', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'chot-guide-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const shop = `Mận hậu ${Math.floor(Math.random() * 1e6)}`
  const began = Date.now()
  const env = { ...process.env, CHOT_GUIDE_SHOP: shop }
  const child = spawn(process.execPath, [SCRIPT, folder], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  assert.equal(await new Promise((done) => child.once('close', done)), 0)

  const steps = JSON.parse(await readFile(join(folder, 'steps.json'), 'utf8'))
  const html = await readFile(join(folder, 'huong-dan.html'), 'utf8')
  const pages = pagesOf(await readFile(join(folder, 'huong-dan.pdf')))
  assert.ok(steps.length > 0 && steps.length <= STEPS_MAX, `${steps.length} steps`)
  assert.equal(pages.length, 1)
  const pictures = [...html.matchAll(/<img alt="" src="data:image\/png;base64,([^"]+)">/g)].map(([, picture]) => Buffer.from(picture, 'base64'))
  assert.equal(pictures.length, steps.length)
  const different = new Set()
  for (const [at, { sentence, sha256, taken, seen }] of steps.entries()) {
    assert.ok(html.includes(`<p>${sentence}</p>`), sentence)
    assert.ok(pages[0].includes(sentence.replace(/\s/g, '')), `${sentence} is on the paper`)
    assert.ok(Date.parse(taken) >= began && Date.parse(taken) <= Date.now(), `${sentence}: ${taken}`)
    assert.equal(createHash('sha256').update(pictures[at]).digest('hex'), sha256, sentence)
    assert.doesNotMatch(seen, SECRET, sentence)
    different.add(sha256)
  }
  assert.equal(different.size, steps.length, 'no picture stands there twice')
  const today = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Ho_Chi_Minh' }).format(Date.now())
  assert.ok(steps[0].seen.includes(shop), 'the shop is named where its picture was taken')
  assert.ok(steps.some(({ seen }) => seen.includes(today)), 'a screen of today')
  assert.ok(pages[0].includes(shop.replace(/\s/g, '')))
  assert.doesNotMatch(html.replace(/base64,[^"]+/g, ''), SECRET)
})
