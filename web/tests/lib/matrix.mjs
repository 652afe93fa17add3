// SPDX-License-Identifier: Apache-2.0
// Every page of a list in both languages, both sizes and both themes: it opens without an error of its own, asks nobody else,
// breaks no rule of axe, does not scroll sideways, holds no untranslated text, and is photographed once per size.
import { axeFaults, desktop, is, ok, phone, settled, shoot, sidewaysScroll, smallTargets, visit } from './harness.mjs'

const SHOT = new Set(['phone zh-CN light', 'desktop en dark'])

/** Keys and parameters that were not filled in, and Chinese on an English page outside what people wrote themselves. */
export async function untranslated(page) {
  return page.evaluate(() => {
    const text = document.body.innerText
    return [...text.matchAll(/\b(?:[a-z]+_?)+\.[a-z_]+(?:\.[a-z_]+)*\b(?=\s*$)|\{\w+(?::[^}]*)?\}/gm)].map((match) => match[0]).filter((word) => /^\{|^(home|product|order|refund|claim|policy|platform|merchant|state|error|problem|nav|do|field)\./.test(word))
  })
}

export async function eachPage(server, pages, { token, orders, claims, targets = 0 }) {
  for (const [sizeName, size] of [['phone', phone], ['desktop', desktop]]) {
    for (const locale of ['zh-CN', 'en']) {
      const visitor = await visit(server, { size, locale, token, orders, claims })
      for (const { name, path, ready, prepare } of pages) {
        const label = `${name}, ${sizeName}, ${locale}`
        try {
          await visitor.go(path)
          if (ready) await visitor.page.waitForSelector(ready, { timeout: 10_000 })
          if (prepare) await prepare(visitor.page)
          await settled(visitor.page)
        } catch (error) {
          ok(false, `${label}: opens`, error)
          continue
        }
        for (const theme of ['light', 'dark']) {
          await visitor.page.evaluate((value) => (document.documentElement.dataset.theme = value), theme)
          const faults = await axeFaults(visitor.page)
          ok(faults.length === 0, `${label}, ${theme}: axe finds nothing`, faults.slice(0, 12).join('\n'))
          if (SHOT.has(`${sizeName} ${locale} ${theme}`)) await shoot(visitor.page, `${name}-${sizeName}`)
        }
        is(await sidewaysScroll(visitor.page), 0, `${label}: no sideways scroll`)
        is((await untranslated(visitor.page)).join(' '), '', `${label}: every text is translated and filled in`)
        if (targets && sizeName === 'phone') is((await smallTargets(visitor.page, targets)).join('; '), '', `${label}: targets are ${targets} px`)
        is(visitor.seen.errors.splice(0).join('\n'), '', `${label}: no error in the console`)
      }
      is(visitor.seen.foreign.join(' '), '', `${sizeName}, ${locale}: nothing was asked of another server`)
      await visitor.close()
    }
  }
}
