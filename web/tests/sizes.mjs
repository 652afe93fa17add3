#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What a first visit fetches, from the build's manifest: entry and page with everything they import, compressed as the
// server sends it. The limits are the study's budgets in bytes of gzip.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { is, main, note, ok, root } from './lib/harness.mjs'

const dist = join(root, 'web', 'dist')
const LIMIT = { first: 60_000, css: 8_000, further: 12_000, console: 110_000, all: 600_000 }

await main(async () => {
  if (!ok(existsSync(join(dist, '.vite', 'manifest.json')), 'the page is built')) return
  const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8'))
  const size = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length
  const closure = (keys) => {
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
  const entry = 'src/main.ts'
  const pages = Object.keys(manifest).filter((key) => /src\/[a-z]+\/\w+Page\.vue$/.test(key))
  ok(pages.length >= 12, `the build has ${pages.length} pages`)
  // Words come beside the page: the areas that its route names, in Chinese, which is the default.
  const source = (file) => readFileSync(join(root, 'web', 'src', file), 'utf8')
  const areas = Object.fromEntries([...source('base/areas.ts').matchAll(/export const (\w+) = .*?import\('\.\.\/(.+?)'\)/g)].map(([, name, file]) => [name, `src/${file}.ts`]))
  const wordsOf = (page) => {
    const [, area, name] = /src\/([a-z]+)\/(\w+)\.vue/.exec(page)
    const line = existsSync(join(root, 'web', 'src', area, 'routes.ts')) ? source(`${area}/routes.ts`).split('\n').find((one) => one.includes(`./${name}.vue`)) : ''
    const names = /areas: \[([^\]]*)\]/.exec(line ?? '')?.[1] ?? ''
    return names.split(',').map((one) => areas[one.trim()]).filter(Boolean)
  }
  const withWords = (page) => [entry, page, ...wordsOf(page).filter((key) => manifest[key])]
  const isConsole = (page) => /src\/(merchant|platform|policy)\//.test(page)
  const home = closure(withWords('src/buyer/HomePage.vue'))
  for (const page of pages.sort()) {
    const all = closure(isConsole(page) ? [...withWords(page), 'src/shell/ConsoleShell.vue'] : withWords(page))
    const total = js(all)
    const style = css(all)
    const further = js([...all].filter((key) => !home.has(key)))
    note(`${page}: first ${total}, after home ${further}, css ${style}`)
    if (isConsole(page)) ok(total <= LIMIT.console, `${page} first: ${total} of ${LIMIT.console}`)
    else if (/verify|casekit/.test(page)) ok(total <= LIMIT.console, `${page} first: ${total} of ${LIMIT.console}`)
    else {
      if (/(Home|Product|Order|Refund|Wizard|Claim)Page/.test(page)) ok(total <= LIMIT.first, `${page} first: ${total} of ${LIMIT.first}`)
      ok(further <= LIMIT.further, `${page} after the home page: ${further} of ${LIMIT.further}`)
      ok(style <= LIMIT.css, `${page} style: ${style} of ${LIMIT.css}`)
    }
  }
  const files = readdirSync(join(dist, 'assets'))
  const all = files.reduce((sum, file) => sum + size(join('assets', file)), 0)
  ok(all <= LIMIT.all, `all assets: ${all} of ${LIMIT.all}`)
  is(files.filter((file) => /\.(woff2?|ttf|otf)$/.test(file)).length, 0, 'no web font')
  const foreign = files.filter((file) => /\.(js|css)$/.test(file) && /["'(]https?:\/\/(?!www\.w3\.org|vuejs\.org|router\.vuejs\.org)/.test(readFileSync(join(dist, 'assets', file), 'utf8')))
  is(foreign.join(), '', 'no file names another server')
})
