// Every page, one build: hashed names, nothing from elsewhere, the same bytes every time.
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type Plugin } from 'vite'

/** Pages that phones on weak networks open: each is one file, whatever it shares with others. */
const ALONE = /\/src\/(?:viewer|order|overlay)\/main(?:\.en)?\.ts$/

/** Gives such a page its own copy of every module, so that no chunk is shared. */
function alone(): Plugin {
  return {
    name: 'alone',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (importer === undefined || source.endsWith('.css')) return null
      const [path = '', page] = importer.split('?alone=')
      const of = page ?? (ALONE.test(path) ? path.split('/').slice(-2).join('-') : undefined)
      if (of === undefined) return null
      const found = await this.resolve(source, path, { skipSelf: true })
      return found === null ? null : { ...found, id: `${found.id}?alone=${of}` }
    },
  }
}

export default defineConfig({
  base: '/assets/',
  plugins: [alone(), svelte()],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    manifest: true,
    assetsDir: '',
    assetsInlineLimit: 0,
    modulePreload: false,
    target: 'es2020',
    rollupOptions: {
      input: {
        host: 'src/host/main.ts',
        'host-en': 'src/host/main.en.ts',
        order: 'src/order/main.ts',
        'order-en': 'src/order/main.en.ts',
        ops: 'src/ops/main.ts',
        'ops-en': 'src/ops/main.en.ts',
        overlay: 'src/overlay/main.ts',
        people: 'src/people/main.ts',
        'people-en': 'src/people/main.en.ts',
        viewer: 'src/viewer/main.ts',
        'viewer-en': 'src/viewer/main.en.ts',
      },
    },
  },
})
