// The built front end without a server behind it: pages with their policy, and frames that a test plays.

import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { open } from './browser.mjs'

const at = (path) => new URL(path, import.meta.url)
const read = (path) => readFileSync(at(path), 'utf8')
const DIST = '../../../dist/'
const KINDS = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }

/** As every page of the program says it. */
const POLICY = /POLICY: &'static str = "([^"]*)"/
  .exec(read('../../../src/page.rs'))[1]
  .replace(/\\\n\s*/g, '')

function html(lang) {
  const manifest = JSON.parse(read(`${DIST}.vite/manifest.json`))
  const source = lang === 'en' ? 'src/host/main.en.ts' : 'src/host/main.ts'
  const entry = manifest[source]
  const loaded = (name) => [...(manifest[name].imports ?? []).flatMap(loaded), ...(manifest[name].css ?? [])]
  const styles = [...new Set(loaded(source))].map((file) => `<link rel="stylesheet" href="/assets/${file}">`).join('')
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"><title>Chốt</title>
<link rel="icon" href="/assets/icon.svg">${styles}
<script type="module" src="/assets/${entry.file}"></script></head><body><div id="app"></div></body></html>`
}

/** Serves the shell under a name that is no secure context. */
export async function serveShell() {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://chot.test')
    if (pathname.startsWith('/assets/') && !pathname.includes('..')) {
      response.setHeader('content-type', KINDS[extname(pathname)])
      response.end(readFileSync(at(DIST + pathname.slice('/assets/'.length))))
      return
    }
    const lang = request.headers['accept-language']?.startsWith('en') ? 'en' : 'vi'
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.setHeader('content-security-policy', POLICY)
    response.end(html(lang))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://chot.test:${server.address().port}`
  return { url, close: () => new Promise((resolve) => server.close(resolve)) }
}

/** A frame of a file; `@41` stands for 41 seconds from now. */
export function frame(name) {
  const seconds = (text) => new Date(Date.now() + 1000 * Number(text)).toISOString()
  const text = read(`../frames/${name}.json`).replace(/"@(-?\d+)"/g, (_, at) => `"${seconds(at)}"`)
  return JSON.parse(text)
}

/**
 * A page whose socket and calls the test plays: `answers` maps `METHOD /path` to [status, JSON] or
 * to what says it, at once or later;
 * `stage.calls` keeps what was asked, `stage.said` what came under a key, `stage.send` says
 * something on the newest socket. With `clock` the test may play the page's clock too.
 */
export async function stage(browser, url, { answers = {}, frames = [], pongs = true, clock = false, ...options } = {}) {
  const page = await open(browser, 'about:blank', options)
  if (clock) await page.clock.install()
  const played = { page, calls: [], hellos: [], said: [], socket: undefined, answers, pongs, frames }
  await page.route('**/v1/**', async (route) => {
    const request = route.request()
    const { pathname, search } = new URL(request.url())
    const call = `${request.method()} ${pathname}`
    played.calls.push({ call, search, headers: request.headers(), body: request.postDataJSON() })
    const answer = played.answers[call] ?? [404, { code: 'not_found', detail: call }]
    const [status, body] = typeof answer === 'function' ? await answer(played.calls.length) : answer
    if (status === 0) await route.abort()
    else await route.fulfill({ status, json: body })
  })
  await page.routeWebSocket(/\/(console|live)$/, (socket) => {
    played.socket = socket
    socket.onMessage((text) => {
      const said = JSON.parse(text)
      if (said.key !== undefined) played.said.push(said)
      if (said.type === 'hello') {
        played.hellos.push(said)
        for (const told of played.frames) socket.send(JSON.stringify(told))
      }
      const pong = { type: 'pong', now: new Date().toISOString() }
      if (said.type === 'ping' && played.pongs) socket.send(JSON.stringify(pong))
    })
  })
  played.send = (told) => played.socket.send(JSON.stringify(told))
  played.close = () => page.context().close()
  await page.goto(url)
  return played
}
