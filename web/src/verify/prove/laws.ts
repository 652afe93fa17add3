// SPDX-License-Identifier: Apache-2.0
// The articles that a policy may cite. A clarified rule must cite law.
import laws from '../../generated/laws'

/** Whether there is such an article, and it is in force on the day; on any day where the day is empty. */
export function isLaw(code: string, day: string): boolean {
  return laws.some(([since, until, codes]) => codes.split(' ').includes(code) && (day === '' || (since <= day && (until === '' || day < until))))
}
