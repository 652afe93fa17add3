#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The operator's pages, with the demonstration's marketplace and with an empty one; and a desk without a session.
import { call, main, startServer } from './lib/harness.mjs'
import { eachPage } from './lib/matrix.mjs'

const PAGES = [
  { name: 'ledger', path: '/a/ledger' },
  { name: 'report-inflow', path: '/a/reports' },
  { name: 'report-outcomes', path: '/a/reports?report=outcomes' },
  { name: 'report-merchants', path: '/a/reports?report=merchants' },
  { name: 'audit', path: '/a/audit' },
  { name: 'system', path: '/a/system' },
  { name: 'merchants', path: '/a/merchants' },
  { name: 'people', path: '/a/people' },
  { name: 'policies', path: '/a/policies' },
  { name: 'policy-new', path: '/a/policies/new' },
]

await main(async () => {
  const server = await startServer({ demo: true })
  await call(server, 'POST', '/v1/incidents', { token: server.tokens.operator, body: { cause: 'platform_outage', starts_at: '2026-01-01T00:00:00Z', ends_at: '2026-01-01T02:00:00Z', note: '支付回调延迟两小时' } })
  await eachPage(server, PAGES, { token: server.tokens.operator })
  await eachPage(server, [{ name: 'desk-signed-out', path: '/a/ledger' }], {})
  const empty = await startServer()
  await eachPage(empty, [{ name: 'empty-ledger', path: '/a/ledger' }, { name: 'empty-reports', path: '/a/reports' }, { name: 'empty-audit', path: '/a/audit' }, { name: 'empty-policies', path: '/a/policies' }], { token: empty.tokens.operator })
})
