// SPDX-License-Identifier: Apache-2.0
// The areas of words of the desks, apart from the buyers' so that no buyer fetches their names.
import type { Area } from './words'

export const merchantWords = async (): Promise<Area> => ({ name: 'merchant', zh: (await import('../words/zh-CN/merchant')).default, en: () => import('../words/en/merchant') })
export const policyWords = async (): Promise<Area> => ({ name: 'policy', zh: (await import('../words/zh-CN/policy')).default, en: () => import('../words/en/policy') })
export const platformWords = async (): Promise<Area> => ({ name: 'platform', zh: (await import('../words/zh-CN/platform')).default, en: () => import('../words/en/platform') })
export const deskWords = async (): Promise<Area> => ({ name: 'desk', zh: (await import('../words/zh-CN/desk')).default, en: () => import('../words/en/desk') })
