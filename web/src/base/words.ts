// SPDX-License-Identifier: Apache-2.0
// t('key', {name: value}): words of the page in the reader's language. Catalogues are flat and typed; Chinese comes with
// the code that needs it, English is fetched when it is chosen. "{n:day|days}" picks a form by the number n.
import { ref, shallowRef } from 'vue'
import zhCommon from '../words/zh-CN/common'
import { readCookie, writeCookie } from './cookies'

export type Locale = 'zh-CN' | 'en'
export type Params = Readonly<Record<string, string | number>>
type Words = Readonly<Record<string, string>>

/** Every key of every area; an area that does not exist cannot be asked for. */
type KeysOf<T extends { default: object }> = keyof T['default'] & string
export type Key =
  | keyof typeof zhCommon
  | KeysOf<typeof import('../words/zh-CN/buyer')>
  | KeysOf<typeof import('../words/zh-CN/product')>
  | KeysOf<typeof import('../words/zh-CN/productrest')>
  | KeysOf<typeof import('../words/zh-CN/rules')>
  | KeysOf<typeof import('../words/zh-CN/orders')>
  | KeysOf<typeof import('../words/zh-CN/open')>
  | KeysOf<typeof import('../words/zh-CN/buying')>
  | KeysOf<typeof import('../words/zh-CN/order')>
  | KeysOf<typeof import('../words/zh-CN/orderparts')>
  | KeysOf<typeof import('../words/zh-CN/claim')>
  | KeysOf<typeof import('../words/zh-CN/act')>
  | KeysOf<typeof import('../words/zh-CN/trace')>
  | KeysOf<typeof import('../words/zh-CN/evidence')>
  | KeysOf<typeof import('../words/zh-CN/refund')>
  | KeysOf<typeof import('../words/zh-CN/wizard')>
  | KeysOf<typeof import('../words/zh-CN/case')>
  | KeysOf<typeof import('../words/zh-CN/steps')>
  | KeysOf<typeof import('../words/zh-CN/account')>
  | KeysOf<typeof import('../words/zh-CN/merchant')>
  | KeysOf<typeof import('../words/zh-CN/policy')>
  | KeysOf<typeof import('../words/zh-CN/platform')>
  | KeysOf<typeof import('../words/zh-CN/verify')>
  | KeysOf<typeof import('../words/zh-CN/casekit')>
  | KeysOf<typeof import('../words/zh-CN/desk')>

export interface Area {
  name: string
  zh: Words
  en: () => Promise<{ default: Words }>
}

export const common: Area = { name: 'common', zh: zhCommon, en: () => import('../words/en/common') }

const chinese: Record<string, string> = {}
const english = shallowRef<Record<string, string>>({})
const areas = new Map<string, Area>()
const loaded = new Set<string>()

export const locale = ref<Locale>('zh-CN')

/** Makes an area's words usable: call it where the area's pages are loaded. Resolves when the present language has them. */
export async function useArea(area: Area): Promise<void> {
  if (!areas.has(area.name)) {
    areas.set(area.name, area)
    Object.assign(chinese, area.zh)
  }
  if (locale.value === 'en') await loadEnglish(area)
}

async function loadEnglish(area: Area): Promise<void> {
  if (loaded.has(area.name)) return
  const module = await area.en()
  loaded.add(area.name)
  english.value = { ...english.value, ...module.default }
}

/** Changes the language at once, and for the next visit. */
export async function setLocale(next: Locale): Promise<void> {
  if (next === 'en') await Promise.all([...areas.values()].map(loadEnglish))
  locale.value = next
  document.documentElement.lang = next
  writeCookie('shuntui_lang', next)
}

/** The language of this visit: what was chosen before, or what the server wrote into the page. */
export async function startWords(): Promise<void> {
  const chosen = readCookie('shuntui_lang') ?? document.documentElement.lang
  locale.value = chosen === 'en' ? 'en' : 'zh-CN'
  await useArea(common)
}

function form(choices: string, value: string | number | undefined): string {
  const [one = '', other = one] = choices.split('|')
  return Number(value) === 1 ? one : other
}

/** Puts the parameters into a text. A parameter that is missing stays visible: tests look for braces. */
export function fill(text: string, params: Params = {}): string {
  return text.replace(/\{(\w+)(?::([^}]*))?\}/g, (whole, name: string, choices?: string) => {
    const value = params[name]
    if (value === undefined) return whole
    return choices === undefined ? String(value) : form(choices, value)
  })
}

export function t(key: Key, params?: Params): string {
  return fill(find(key) ?? key, params)
}

function find(key: string): string | undefined {
  return locale.value === 'en' ? (english.value[key] ?? chinese[key]) : chinese[key]
}

/** Words of a code that the server sent, such as code('reason', 'key_invalid'); the code itself when there are none. */
export function code(table: string, value: string): string {
  return find(`${table}.${value}`) ?? value
}

export function hasWords(table: string, value: string): boolean {
  return find(`${table}.${value}`) !== undefined
}

/** Of a pair that the server sent, the one in the reader's language. */
export function words(pair: { zh: string; en: string }): string {
  return locale.value === 'en' ? pair.en : pair.zh
}

/** Of members named NAME_zh and NAME_en, the one in the reader's language. */
export function member<N extends string>(object: { [K in `${N}_zh` | `${N}_en`]: string }, name: N): string {
  const key = (locale.value === 'en' ? `${name}_en` : `${name}_zh`) as `${N}_zh` | `${N}_en`
  return object[key]
}
