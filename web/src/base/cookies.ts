// SPDX-License-Identifier: Apache-2.0
// The two cookies that the page itself writes, so that the server's HTML comes in the right language and theme. They hold
// a preference and nothing about a person.
const YEAR_S = 365 * 24 * 3600

export function readCookie(name: 'shuntui_lang' | 'shuntui_theme'): string | undefined {
  const found = document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`))
  return found?.slice(name.length + 1)
}

export function writeCookie(name: 'shuntui_lang' | 'shuntui_theme', value: string): void {
  document.cookie = `${name}=${value}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax`
}
