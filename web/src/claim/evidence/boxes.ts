// SPDX-License-Identifier: Apache-2.0
// Black boxes over a picture, in shares of its size: adding, moving, growing, by pointer and by keys alike. Always inside.
import type { Box } from './stamp'

const SMALLEST = 0.02
const inside = (value: number, most: number): number => Math.min(most, Math.max(0, value))

export function boxInside(box: Box): Box {
  const width = Math.min(1, Math.max(SMALLEST, box.width))
  const height = Math.min(1, Math.max(SMALLEST, box.height))
  return { x: inside(box.x, 1 - width), y: inside(box.y, 1 - height), width, height }
}
/** The box between two corners. */
export function boxBetween(a: { x: number; y: number }, b: { x: number; y: number }): Box {
  return boxInside({ x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) })
}
export const newBox = (): Box => ({ x: 0.25, y: 0.45, width: 0.5, height: 0.08 })

const STEP = 0.02
const MOVES: Record<string, readonly [number, number]> = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }
/** What an arrow key does to a box: moves it, with Shift sets its size. Undefined for other keys. */
export function boxByKey(box: Box, key: string, shift: boolean): Box | undefined {
  const by = MOVES[key]
  if (!by) return undefined
  return boxInside(shift ? { ...box, width: box.width + by[0], height: box.height + by[1] } : { ...box, x: box.x + by[0], y: box.y + by[1] })
}
