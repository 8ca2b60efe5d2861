// Takes the README's pictures from a running demo: `node tests/pictures.mjs`.

import { mkdir } from 'node:fs/promises'
import { LAPTOP, launch, open } from './house/browser.mjs'
import { Demo } from './house/demo.mjs'

const FOLDER = new URL('../../pictures/', import.meta.url).pathname
const demo = await Demo.open()
const browser = await launch()
await mkdir(FOLDER, { recursive: true })
const pages = [
  ['host', demo.host, {}],
  ['viewer', demo.viewer, {}],
  ['ops', demo.ops, { viewport: { width: 720, height: LAPTOP.height } }],
]
const looks = await Promise.all(
  pages.map(async ([name, address, options]) => [
    name,
    await open(browser, demo.seen(address), { deviceScaleFactor: 1, ...options }),
  ]),
)
await looks[0][1].waitForTimeout(20_000)
for (const [name, page] of looks) {
  await page.screenshot({ path: `${FOLDER}${name}.jpg`, type: 'jpeg', quality: 60 })
}
await browser.close()
await demo.close()
