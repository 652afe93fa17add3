#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// What can be said of the page's source without a browser: types, lint, unit tests. Their own words are shown on failure.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { main, ok, root } from './lib/harness.mjs'

const web = join(root, 'web')
function run(name, ...words) {
  const result = spawnSync(join(web, 'node_modules', '.bin', words[0]), words.slice(1), { cwd: web, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } })
  ok(result.status === 0, name, `${result.stdout}\n${result.stderr}`.split('\n').slice(-60).join('\n'))
}

await main(async () => {
  run('types are sound, in templates too', 'vue-tsc', '--noEmit')
  run('the lint of source and of accessibility finds nothing', 'eslint', '.')
  run('unit tests pass', 'vitest', 'run')
})
