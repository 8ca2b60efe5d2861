// The real program on a free port and in a folder of its own, for one test.

import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const BUILT = new URL('../../../../../target/debug/chot', import.meta.url).pathname
/** What the browser calls this machine: a name that no secure context knows. */
export const NAME = 'chot.test'

export const PROGRAM = process.env.CHOT_PROGRAM ?? BUILT

export class Server {
  /** Starts `chot serve` on an empty folder. */
  static async open() {
    const folder = await mkdtemp(join(tmpdir(), 'chot-screens-'))
    const server = new Server(folder)
    await server.start()
    return server
  }

  constructor(folder) {
    this.folder = folder
    this.data = join(folder, 'data')
    this.said = []
    this.environment = {}
    this.listeners = []
  }

  /** Starts on the same port as before, if there was one. */
  async start() {
    const listen = this.port === undefined ? '127.0.0.1:0' : `127.0.0.1:${this.port}`
    const ops = this.ops === undefined ? '127.0.0.1:0' : new URL(this.ops).host
    const words = ['serve', '--data', this.data, '--listen', listen, '--ops-listen', ops]
    const env = { ...process.env, CHOT_HOSTS: NAME, ...this.environment }
    const stdio = ['ignore', 'pipe', 'ignore']
    this.child = spawn(PROGRAM, words, { cwd: this.folder, env, stdio })
    this.said = []
    this.ended = new Promise((resolve) => this.child.once('exit', resolve))
    const lines = createInterface({ input: this.child.stdout })
    await new Promise((resolve, reject) => {
      this.ended.then((code) => reject(new Error(`the server ended with ${code}`)))
      lines.on('line', (line) => {
        this.said.push(line)
        this.listeners.forEach((listen) => listen())
        const [word, rest] = line.split(' ')
        if (word === 'public') this.port = Number(new URL(rest).port)
        if (word === 'ops') this.ops = rest
        if (word === 'data') resolve()
      })
    })
  }

  /** The rest of the line that begins with this word, once it is said. */
  async says(word) {
    for (;;) {
      const line = this.said.find((said) => said.startsWith(`${word} `))
      if (line !== undefined) return line.slice(word.length + 1)
      await new Promise((resolve) => this.listeners.push(resolve))
    }
  }

  /** The address as a phone sees it: plain HTTP under a name that is not localhost. */
  get url() {
    return `http://${NAME}:${this.port}`
  }

  /** The address for calls of the test itself. */
  get api() {
    return `http://127.0.0.1:${this.port}`
  }

  signal(name) {
    this.child.kill(name)
  }

  async kill() {
    this.child.kill('SIGKILL')
    await this.ended
  }

  async close() {
    this.child.kill('SIGTERM')
    await this.ended
    await rm(this.folder, { recursive: true, force: true })
  }

  /** Runs another command on the same folder; answers what it printed. */
  async run(...words) {
    const child = spawn(PROGRAM, [...words, '--data', this.data], { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (bytes) => (text += bytes))
    const code = await new Promise((resolve) => child.once('close', resolve))
    if (code !== 0) throw new Error(`chot ${words.join(' ')} ended with ${code}: ${text}`)
    return text
  }

  /** A shop with its tokens. */
  async addShop(name) {
    return JSON.parse(await this.run('shop', 'add', '--name', name, '--json'))
  }

  /** One call of the public surface; answers its JSON. */
  async call(method, path, { token, key, body } = {}) {
    const headers = { 'content-type': 'application/json' }
    if (token !== undefined) headers.authorization = `Bearer ${token}`
    if (key !== undefined) headers['idempotency-key'] = key
    const init = { method, headers }
    if (body !== undefined) init.body = JSON.stringify(body)
    const response = await fetch(this.api + path, init)
    const answer = await response.json()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }

  /** Makes an owner of the one shop, or of a new one, and signs this page's profile in. */
  async signIn(page, shop) {
    const link = shop ? await this.run('shop', 'invite', '--shop', shop.shop) : await this.says('setup')
    const { pathname, search } = new URL(link.trim())
    await page.goto(this.url + pathname + search)
    if (shop === undefined) await page.locator('[name=shop]').fill('Vườn nhà')
    await page.locator('[name=name]').fill('Chị Đào')
    await page.locator('[name=password]').fill('bi-do-ngot-lam')
    await page.locator('form button').click()
    await page.waitForURL('**/host')
  }

  /** A live session with these offers. */
  async live(shop, offers, rules = {}) {
    const token = shop.host_token
    const body = { title: 'Phiên tối nay', offers, rules }
    const { session } = await this.call('POST', '/v1/sessions', { token, body })
    await this.call('POST', `/v1/sessions/${session}/state`, { token, body: { state: 'live' } })
    return session
  }
}
