// SPDX-License-Identifier: Apache-2.0
// Kinds of proof and the files that show them.
export const RECORDING = 'screen_recording'
/** What somebody may want to show, whatever the rule asks for. */
export const PROOFS = ['problem_proof', 'contact_record', 'screen_recording', 'result_proof', 'issuer_statement', 'service_log', 'agreed_standard', 'unused_proof', 'identity_proof', 'guardian_proof']
export const ACCEPT = 'image/*,video/mp4,video/webm,application/pdf'

export function isPicture(type: string): boolean {
  return type.startsWith('image/')
}
export function isRecording(type: string): boolean {
  return type.startsWith('video/')
}

/** Of the kinds that would do, the one that a file of this type most likely is. */
export function likelyKind(kinds: readonly string[], type: string): string | undefined {
  if (isRecording(type)) return kinds.find((kind) => kind === RECORDING) ?? kinds[0]
  return kinds.find((kind) => kind !== RECORDING)
}
