// SPDX-License-Identifier: Apache-2.0
// Addresses of scripts, for browsers that ask where a script's address comes from (trusted types): only our own built files.

interface Policy {
  createScriptURL: (url: string) => string
}
interface TrustedTypes {
  createPolicy: (name: string, rules: Policy) => Policy
}

function checked(url: string): string {
  const address = new URL(url, location.href)
  if (address.origin !== location.origin) throw new TypeError('not a script of this site')
  return address.href
}

let policy: Policy | undefined

/** The address as `new Worker` may be given it. */
export function scriptAddress(url: string): string {
  const types = (window as { trustedTypes?: TrustedTypes }).trustedTypes
  policy ??= types?.createPolicy('shuntui', { createScriptURL: checked }) ?? { createScriptURL: checked }
  return policy.createScriptURL(url)
}
