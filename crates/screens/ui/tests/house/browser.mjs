// Debian's Chromium, and pages that complain: whatever a page logs as an error fails the test.

import { chromium } from 'playwright-core'

const PROGRAM = process.env.CHOT_BROWSER ?? '/usr/bin/chromium'

export const PHONE = { width: 360, height: 640 }
export const LAPTOP = { width: 1366, height: 768 }

/** A browser in which `chot.test` is this machine, so that plain HTTP is no secure context. */
export function launch() {
  const args = ['--no-sandbox', '--host-resolver-rules=MAP chot.test 127.0.0.1']
  return chromium.launch({ executablePath: PROGRAM, args })
}

/** A page in a profile of its own. */
export async function open(browser, url, options = {}) {
  const { viewport = PHONE, locale = 'vi-VN', ...rest } = options
  const context = await browser.newContext({ viewport, locale, ...rest })
  const page = await context.newPage()
  page.complaints = []
  page.on('pageerror', (error) => page.complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') page.complaints.push(message.text())
  })
  await page.goto(url)
  return page
}

/** True if nothing sticks out to the side. */
export function fits(page) {
  return page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)
}
