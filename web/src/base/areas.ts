// SPDX-License-Identifier: Apache-2.0
// The areas of words, each loaded with the pages that need it.
import type { Area } from './words'

/** Words of states alone: of orders, cards, services, and the stage and outcome of a claim. */
export const stateWords = async (): Promise<Area> => ({ name: 'states', zh: (await import('../generated/states.zh-CN')).default, en: () => import('../generated/states.en') })
/** Words of the server's codes: states, reasons, stages, outcomes, events, actions, proofs. */
export const codeWords = async (): Promise<Area> => ({ name: 'codes', zh: (await import('../generated/codes.zh-CN')).default, en: () => import('../generated/codes.en') })
/** Words of facts and their values, for pages that lay a decision's certificate out. */
export const factsWords = async (): Promise<Area> => ({ name: 'facts', zh: (await import('../generated/facts.zh-CN')).default, en: () => import('../generated/facts.en') })
/** Of these codes only reasons and proofs. */
export const reasonsWords = async (): Promise<Area> => ({ name: 'reasons', zh: (await import('../generated/reasons.zh-CN')).default, en: () => import('../generated/reasons.en') })
/** Kinds of offers and grounds of appeals. */
export const offersWords = async (): Promise<Area> => ({ name: 'offers', zh: (await import('../generated/offers.zh-CN')).default, en: () => import('../generated/offers.en') })
export const buyerWords = async (): Promise<Area> => ({ name: 'buyer', zh: (await import('../words/zh-CN/buyer')).default, en: () => import('../words/en/buyer') })
export const productWords = async (): Promise<Area> => ({ name: 'product', zh: (await import('../words/zh-CN/product')).default, en: () => import('../words/en/product') })
export const productRestWords = async (): Promise<Area> => ({ name: 'productrest', zh: (await import('../words/zh-CN/productrest')).default, en: () => import('../words/en/productrest') })
export const rulesWords = async (): Promise<Area> => ({ name: 'rules', zh: (await import('../words/zh-CN/rules')).default, en: () => import('../words/en/rules') })
export const ordersWords = async (): Promise<Area> => ({ name: 'orders', zh: (await import('../words/zh-CN/orders')).default, en: () => import('../words/en/orders') })
export const openWords = async (): Promise<Area> => ({ name: 'open', zh: (await import('../words/zh-CN/open')).default, en: () => import('../words/en/open') })
export const buyingWords = async (): Promise<Area> => ({ name: 'buying', zh: (await import('../words/zh-CN/buying')).default, en: () => import('../words/en/buying') })
export const orderWords = async (): Promise<Area> => ({ name: 'order', zh: (await import('../words/zh-CN/order')).default, en: () => import('../words/en/order') })
export const orderPartWords = async (): Promise<Area> => ({ name: 'orderparts', zh: (await import('../words/zh-CN/orderparts')).default, en: () => import('../words/en/orderparts') })
export const claimWords = async (): Promise<Area> => ({ name: 'claim', zh: (await import('../words/zh-CN/claim')).default, en: () => import('../words/en/claim') })
export const actWords = async (): Promise<Area> => ({ name: 'act', zh: (await import('../words/zh-CN/act')).default, en: () => import('../words/en/act') })
export const traceWords = async (): Promise<Area> => ({ name: 'trace', zh: (await import('../words/zh-CN/trace')).default, en: () => import('../words/en/trace') })
export const evidenceWords = async (): Promise<Area> => ({ name: 'evidence', zh: (await import('../words/zh-CN/evidence')).default, en: () => import('../words/en/evidence') })
export const refundWords = async (): Promise<Area> => ({ name: 'refund', zh: (await import('../words/zh-CN/refund')).default, en: () => import('../words/en/refund') })
export const wizardWords = async (): Promise<Area> => ({ name: 'wizard', zh: (await import('../words/zh-CN/wizard')).default, en: () => import('../words/en/wizard') })
export const caseWords = async (): Promise<Area> => ({ name: 'case', zh: (await import('../words/zh-CN/case')).default, en: () => import('../words/en/case') })
export const stepsWords = async (): Promise<Area> => ({ name: 'steps', zh: (await import('../words/zh-CN/steps')).default, en: () => import('../words/en/steps') })
export const accountWords = async (): Promise<Area> => ({ name: 'account', zh: (await import('../words/zh-CN/account')).default, en: () => import('../words/en/account') })
export const verifyWords = async (): Promise<Area> => ({ name: 'verify', zh: (await import('../words/zh-CN/verify')).default, en: () => import('../words/en/verify') })
export const casekitWords = async (): Promise<Area> => ({ name: 'casekit', zh: (await import('../words/zh-CN/casekit')).default, en: () => import('../words/en/casekit') })
