// SPDX-License-Identifier: Apache-2.0
import type { Bytes } from '../form/bytes.ts';
import type { JsonObject } from '../form/json.ts';
export function clarifiedText(before: Bytes, terms: JsonObject): Bytes {
  void terms;
  return before;
}
