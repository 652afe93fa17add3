// SPDX-License-Identifier: Apache-2.0
// Files of a claim as the page shows and saves them. They are fetched with the caller's headers, because a guest is known by
// one, and shown from memory; what was made here is given back when the component goes.
import { onScopeDispose, ref, type Ref } from 'vue'
import { pageHeaders } from '../base/api'
import { asProblem, Problem } from '../base/problem'

export async function fetchFile(path: string): Promise<Blob> {
  try {
    const response = await fetch(path, { headers: pageHeaders(path), cache: 'no-store' })
    if (response.ok) return await response.blob()
    const body = await response.json().catch(() => ({}))
    throw new Problem(body.code ?? 'unknown', response.status, body, response.headers.get('Request-Id'))
  } catch (error) {
    throw asProblem(error)
  }
}

/** An address for bytes in memory, for as long as the component lives. */
export function useBlobUrl(): { url: Ref<string>; show: (blob: Blob) => void } {
  const url = ref('')
  function drop(): void {
    if (url.value) URL.revokeObjectURL(url.value)
    url.value = ''
  }
  onScopeDispose(drop)
  return {
    url,
    show(blob) {
      drop()
      url.value = URL.createObjectURL(blob)
    },
  }
}

export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

export const evidencePath = (claim: string, id: string): string => `/v1/claims/${claim}/evidence/${id}`
export const bundlePath = (claim: string): string => `/v1/claims/${claim}/bundle?format=zip`
