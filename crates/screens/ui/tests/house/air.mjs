// An overlay's page in a stream's picture: its boxes, its states, and whoever makes it change.

import { mkdirSync } from 'node:fs'
import { launch, open } from './browser.mjs'
import { painted } from './alpha.mjs'

const PICTURES = new URL('../../../../../target/pictures/', import.meta.url).pathname
mkdirSync(PICTURES, { recursive: true })

export const UPRIGHT = { width: 1080, height: 1920 }
export const WIDE = { width: 1920, height: 1080 }
export const PICTURE_SIZES = { upright: UPRIGHT, wide: WIDE }
export const LAYOUTS = ['card', 'bar', 'ticker', 'board', 'full']

/** A shop with one live session, seen by overlays. */
export class Air {
  static async open(server) {
    const air = new Air()
    Object.assign(air, { server, browser: await launch(), pages: [] })
    air.shop = await server.addShop('Vườn nhà')
    return air
  }

  /** A session with these offers and an overlay's key. */
  async live(offers, rules = {}) {
    const session = await this.server.live(this.shop, offers, rules)
    return { session, ...(await this.key(session)) }
  }

  async key(session) {
    const made = await this.host('POST', session, 'overlays')
    return { overlay: made.overlay, key: new URL(made.address).hash }
  }

  host(method, session, path, body) {
    const key = `k${Math.random()}`
    return this.server.call(method, `/v1/sessions/${session}/${path}`, { token: this.shop.host_token, key, body })
  }

  change(session, code, body) {
    return this.host('PATCH', session, `offers/${code}`, body)
  }

  state(session, state) {
    return this.host('POST', session, 'state', { state })
  }

  buy(session, buyer_name, code, quantity = 1) {
    return this.host('POST', session, 'claims', { buyer_name, lines: [{ code, quantity }] })
  }

  /** A page as a stream's program opens it. */
  async page({ session, key }, query, viewport = UPRIGHT, more = {}) {
    const page = await open(this.browser, `${this.server.url}/overlay/${session}?${query}${key}`, { viewport, ...more })
    this.pages.push(page)
    return page
  }

  async close() {
    await this.browser?.close()
  }
}

export const linked = (page, state = 'live') => page.locator(`main[data-state=${state}]`).waitFor()

/** A box that is shown, by its class. */
export const box = (page, name) => page.locator(`.${name}[data-shown="1"]`)

/** The boxes that are shown, as they stand in the picture, and the corner marks. */
export function boxes(page) {
  return page.locator('.box[data-shown="1"], .mark, .debug:not(:empty)').evaluateAll((shown) =>
    shown.map((element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect()
      return { left: Math.floor(left), top: Math.floor(top), right: Math.ceil(right), bottom: Math.ceil(bottom) }
    }),
  )
}

/** Takes the picture as it is laid over the stream's, and reads what of it is painted. */
export async function onAir(page, name) {
  const path = `${PICTURES}overlay-${name}.png`
  const png = await page.screenshot({ omitBackground: true, animations: 'disabled', path })
  return painted(png, await boxes(page))
}
