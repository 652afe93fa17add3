// SPDX-License-Identifier: Apache-2.0
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// The server writes the HTML itself, from the manifest: which chunks a page needs, which style sheet it inlines.
export default defineConfig({
  plugins: [vue()],
  build: {
    target: 'es2020',
    cssTarget: 'chrome80',
    manifest: true,
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: ['src/main.ts', 'src/base/early.ts'],
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
        // What every page of a buyer needs comes in two files, not in twenty: fewer requests on a slow line, and smaller together.
        advancedChunks: {
          groups: [
            { name: 'vue', test: /node_modules\/(@vue|vue|vue-router|openapi-fetch)\// },
            { name: 'kit', test: /src\/(ui\/(Icon|icons|AppButton|PageState|ProblemNote|NoteBox|EmptyState|StateTag|MoneyText|CountDown)|base\/(?!areas|early|formFocus|paged|crowded|later|once|fields|live|drafts|words|upload|files|image|evidence)\w+)\b/ },
          ],
        },
      },
    },
  },
  define: { __VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false, __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false },
  // For `npm run dev`: SHUNTUI_API is the address of a running server.
  server: { proxy: { '/v1': { target: process.env.SHUNTUI_API ?? 'http://127.0.0.1:8080', changeOrigin: false } } },
})
