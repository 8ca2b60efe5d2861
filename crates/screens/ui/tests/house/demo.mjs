// The practice live of `chot demo`, on free ports.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { NAME, PROGRAM } from './server.mjs'

export class Demo {
  static async open() {
    const words = ['demo', '--json', '--listen', '127.0.0.1:0', '--ops-listen', '127.0.0.1:0']
    const demo = new Demo()
    demo.child = spawn(PROGRAM, words, { env: { ...process.env, CHOT_HOSTS: NAME }, stdio: ['ignore', 'pipe', 'ignore'] })
    demo.ended = new Promise((resolve) => demo.child.once('exit', resolve))
    const lines = createInterface({ input: demo.child.stdout })
    const first = await new Promise((resolve, reject) => {
      lines.once('line', resolve)
      demo.ended.then((code) => reject(new Error(`the demo ended with ${code}`)))
    })
    Object.assign(demo, JSON.parse(first))
    return demo
  }

  /** An address of the demo as a phone sees it, under a name that is not localhost. */
  seen(address) {
    return address.replace('127.0.0.1', NAME)
  }

  /** The public view of the session. */
  async view() {
    const { origin } = new URL(this.host)
    return (await fetch(`${origin}/v1/sessions/${this.session}`)).json()
  }

  async close() {
    this.child.kill('SIGTERM')
    await this.ended
  }
}
