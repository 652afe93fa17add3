#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What a visit fetches, from the build's manifest and the server's table of pages: entry and page with everything that they
// import and the words that they need, compressed as the server sends it. The limits are the study's budgets in bytes of gzip.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { is, main, note, ok, root } from './lib/harness.mjs'

const web = join(root, 'web')
const dist = join(web, 'dist')
const LIMIT = { first: 60_000, css: 8_000, further: 12_000, desk: 110_000, all: 600_000 }
/** Where a buyer's first visit may begin: by search, by a shared product or its rule, by the secret link, by the lists of orders and refunds. */
const LANDINGS = ['/', '/p/{product}', '/rules/{policy}', '/orders', '/orders/{order}', '/o', '/lookup', '/refunds']

const size = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length

function areaFiles() {
  const found = {}
  for (const name of ['areas', 'deskAreas'])
    for (const [, folder, file] of readFileSync(join(web, 'src', 'base', `${name}.ts`), 'utf8').matchAll(/import\('\.\.\/(words\/zh-CN|generated)\/([\w.-]+)'\)/g))
      found[file.replace('.zh-CN', '')] = `src/${folder}/${file}.ts`
  return found
}

await main(async () => {
  if (!ok(existsSync(join(dist, '.vite', 'manifest.json')), 'the page is built')) return
  const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8'))
  const areas = areaFiles()
  const table = readFileSync(join(root, 'src', 'http', 'pages.def'), 'utf8')
  const pages = [...table.matchAll(/^PAGE\(\w+, "([^"]+)", "([^"]+)", "([^"]*)", "([^"]*)", (\w+)/gm)].map(([, path, source, words, first, access]) => ({ path, guest: access === 'ACCESS_BUYER' && first.includes('{'), source: `src/${source}`, words: words.split(' ').filter(Boolean) }))
  ok(pages.length > 40, `the table has ${pages.length} pages`)
  function closure(keys) {
    const found = new Set()
    const walk = (key) => {
      if (found.has(key)) return
      found.add(key)
      for (const next of manifest[key].imports ?? []) walk(next)
    }
    keys.forEach(walk)
    return found
  }
  const js = (keys) => [...keys].reduce((sum, key) => sum + size(manifest[key].file), 0)
  const css = (keys) => [...new Set([...keys].flatMap((key) => manifest[key].css ?? []))].reduce((sum, file) => sum + size(file), 0)
  const desk = ['src/desks.ts', 'src/shell/ConsoleShell.vue', areas.desk]
  let home
  for (const { path, guest, source, words } of pages) {
    const missing = [source, ...words.map((word) => areas[word] ?? word)].filter((key) => !manifest[key])
    if (!ok(missing.length === 0, `${path}: its files are in the build`, missing.join(' '))) continue
    const isDesk = /^\/[ma](\/|$)/.test(path)
    const all = closure(['src/main.ts', source, ...words.map((word) => areas[word]), ...(isDesk ? desk : []), ...(guest ? ['src/base/early.ts'] : [])])
    home ??= all
    const first = js(all)
    const further = js([...all].filter((key) => !home.has(key)))
    note(`${path}: first ${first}, after the home page ${further}, style ${css(all)}, files ${all.size}`)
    if (isDesk) ok(first <= LIMIT.desk, `${path}: ${first} of ${LIMIT.desk}`)
    else {
      if (LANDINGS.includes(path)) ok(first <= LIMIT.first, `${path}, a first visit: ${first} of ${LIMIT.first}`)
      ok(further <= LIMIT.further, `${path}, after the home page: ${further} of ${LIMIT.further}`)
      ok(css(all) <= LIMIT.css, `${path}, style: ${css(all)} of ${LIMIT.css}`)
    }
  }
  // A secret link opens at /o and goes on to the order.
  const chain = js(closure(['src/main.ts', ...pages.filter(({ path }) => path === '/o' || path === '/orders/{order}').flatMap(({ source, words }) => [source, ...words.map((word) => areas[word])])]))
  ok(chain <= LIMIT.first, `an order by its secret link, a first visit: ${chain} of ${LIMIT.first}`)
  const files = readdirSync(join(dist, 'assets'))
  const all = files.reduce((sum, file) => sum + size(join('assets', file)), 0)
  ok(all <= LIMIT.all, `all assets: ${all} of ${LIMIT.all}`)
  is(files.filter((file) => /\.(woff2?|ttf|otf)$/.test(file)).length, 0, 'no web font')
  const foreign = files.filter((file) => /\.(js|css)$/.test(file) && /["'(]https?:\/\/(?!www\.w3\.org|vuejs\.org|router\.vuejs\.org)/.test(readFileSync(join(dist, 'assets', file), 'utf8')))
  is(foreign.join(), '', 'no file names another server')
})
