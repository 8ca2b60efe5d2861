// Four pages, one build: hashed names, nothing from elsewhere, the same bytes every time.
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

export default defineConfig({
  base: '/assets/',
  plugins: [svelte()],
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
        ops: 'src/ops/main.ts',
        viewer: 'src/viewer/main.ts',
      },
    },
  },
})
