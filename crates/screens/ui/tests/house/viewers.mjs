// Many people on the sale's own page at once: a ticket and a socket each, as its script has them.

import { open } from './browser.mjs'

/** Everybody says their words once; the outcomes, in the same order. */
export async function speak(browser, url, said) {
  const page = await open(browser, url, { javaScriptEnabled: true })
  const session = new URL(url).pathname.split('/').pop()
  const outcomes = await page.evaluate(speakAll, { session, said })
  await page.context().close()
  return outcomes
}

/** Runs in the page. */
function speakAll({ session, said }) {
  const one = async ({ name, text }, at) => {
    const body = JSON.stringify({ name })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`/v1/sessions/${session}/tickets`, { method: 'POST', headers, body })
    const { ticket } = await answer.json()
    const socket = new WebSocket(`ws://${location.host}/v1/sessions/${session}/live`, 'v1.json.chot')
    return new Promise((resolve, reject) => {
      const send = (frame) => socket.send(JSON.stringify(frame))
      socket.onopen = () => send({ type: 'hello', ticket })
      socket.onclose = ({ code }) => reject(new Error(`${text}: closed with ${code}`))
      socket.onmessage = ({ data }) => {
        const frame = JSON.parse(data)
        if (frame.type === 'welcome') send({ type: 'comment', key: `k${at}`, text })
        if (frame.type === 'error') reject(new Error(`${text}: ${data}`))
        if (frame.type !== 'outcome') return
        socket.onclose = null
        socket.close()
        resolve(frame)
      }
    })
  }
  return Promise.all(said.map(one))
}
