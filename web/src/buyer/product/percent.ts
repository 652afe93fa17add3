// SPDX-License-Identifier: Apache-2.0
/** "6.8%" of 68 thousandths; whole percents without a point. */
export function percent(perMille: number): string {
  return `${perMille % 10 === 0 ? perMille / 10 : (perMille / 10).toFixed(1)}%`
}
