// SPDX-License-Identifier: Apache-2.0
// What the kit takes from the device: its clock, and random ids for cases and items.
import { momentAt } from '../moment'
import type { Moment } from '../model'

export function nowMoment(): Moment {
  return momentAt(Date.now(), -new Date().getTimezoneOffset())
}

export function momentOfFile(file: File): Moment {
  return momentAt(file.lastModified, -new Date(file.lastModified).getTimezoneOffset())
}

export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
