// A module of the front end's source, for tests that need no page.

import { build } from 'vite'

/** What the TypeScript file below `src/` exports. */
export async function source(path) {
  const entry = new URL(`../../src/${path}`, import.meta.url).pathname
  const options = { write: false, minify: false, target: 'es2020', lib: { entry, formats: ['es'] } }
  const [{ output }] = await build({ configFile: false, logLevel: 'silent', build: options })
  const text = Buffer.from(output[0].code).toString('base64')
  return import(`data:text/javascript;base64,${text}`)
}
