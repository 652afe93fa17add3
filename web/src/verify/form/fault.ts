// SPDX-License-Identifier: Apache-2.0
// What can be wrong with a part, as a code for the catalogue of words.

export type FaultCode =
  | 'archive_unknown'
  | 'archive_unreadable'
  | 'archive_path'
  | 'archive_large'
  | 'source_unreadable'
  | 'json_malformed'
  | 'leaf_malformed'
  | 'key_malformed'
  | 'note_malformed'
  | 'note_signature'
  | 'note_unsigned'
  | 'proof_malformed'
  | 'proof_mismatch'
  | 'statement_malformed'
  | 'statement_signature'
  | 'policy_malformed'
  | 'certificate_malformed'
  | 'clarification_refused'

export type Values = Readonly<Record<string, string | number>>

export class Fault extends Error {
  constructor(
    readonly code: FaultCode,
    /** For whoever mends a program, not for people: never shown as words. */
    detail: string,
    readonly values: Values = {},
  ) {
    super(detail)
    this.name = 'Fault'
  }
}

/** Runs a reader: its result, or the fault that it threw. Anything else is a mistake of this program and goes on up. */
export function attempt<T>(read: () => T): T | Fault {
  try {
    return read()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}
