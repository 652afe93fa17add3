// SPDX-License-Identifier: Apache-2.0
// A file on its way to a claim. Small ones go at once; larger ones in pieces, each stored before the next is sent, so that
// after a break, or in a tab that was opened again, only what is missing is sent.
import { api, newKey, pageHeaders, take, write, type Schemas } from './api'
import { asProblem, Problem } from './problem'

export interface UploadJob {
  claim: string
  kind: string
  name: string
  blob: Blob
  sha256: string
  /** Of the picture that this is a copy of. */
  original_sha256?: string
  /** Makes the file once, however often it is sent. Kept with the file. */
  key: string
  /** The upload that was begun earlier, if any. */
  upload?: string
}
export interface UploadHooks {
  progress: (sent: number) => void
  /** The upload has this id: keep it, to go on after a break. */
  begun: (upload: string) => Promise<void> | void
  signal?: AbortSignal
}
type Added = Schemas['EvidenceAdded']
type Upload = Schemas['Upload']

/** The server's largest file. */
export const FILE_BYTES_MAX = 20 * 1024 * 1024
const AT_ONCE_BYTES_MAX = 256 * 1024

/** A guest's header: what is uploaded belongs to the claim, whose path says which secret that is. */
const headersOf = (claim: string): Record<string, string> => pageHeaders(`/v1/claims/${claim}`)

/** One request with bytes. XMLHttpRequest, because fetch does not tell how much has left. */
function send<T>(method: string, path: string, bytes: Blob, headers: Record<string, string>, hooks: UploadHooks, before = 0): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(method, path)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = (event) => hooks.progress(before + Math.min(event.loaded, bytes.size))
    request.onload = () => (request.status < 300 ? resolve(JSON.parse(request.responseText) as T) : reject(problemOf(request)))
    request.onerror = request.ontimeout = () => reject(new Problem('network', 0))
    request.onabort = () => reject(new DOMException('stopped', 'AbortError'))
    request.timeout = 120_000
    hooks.signal?.addEventListener('abort', () => request.abort())
    request.send(bytes)
  })
}
function problemOf(request: XMLHttpRequest): Problem {
  let body: Record<string, unknown> = {}
  try {
    body = JSON.parse(request.responseText) as Record<string, unknown>
  } catch {
    // A proxy's answer: its status says what there is to say.
  }
  return new Problem(typeof body.code === 'string' ? body.code : 'unknown', request.status, body, request.getResponseHeader('Request-Id'))
}

/** A file's name within the server's 200 bytes, cut between characters. */
function shortName(name: string): string {
  let out = ''
  let bytes = 0
  for (const character of name) {
    bytes += new TextEncoder().encode(character).length
    if (bytes > 200) break
    out += character
  }
  return out
}

function query(job: UploadJob): string {
  const words = new URLSearchParams({ kind: job.kind, name: shortName(job.name) })
  if (job.original_sha256) words.set('original_sha256', job.original_sha256)
  return words.toString()
}

/** Sends a file, or what is still missing of it. Throws a Problem; may be called again with the same job. */
export async function sendFile(job: UploadJob, hooks: UploadHooks): Promise<Added> {
  if (job.blob.size <= AT_ONCE_BYTES_MAX) {
    const headers = { ...headersOf(job.claim), 'Content-Type': job.blob.type || 'application/octet-stream', 'Idempotency-Key': job.key }
    return send<Added>('POST', `/v1/claims/${job.claim}/evidence?${query(job)}`, job.blob, headers, hooks)
  }
  const header = headersOf(job.claim)
  let upload = job.upload ? await known(job.upload, header) : undefined
  if (!upload) upload = await begin(job, header, hooks)
  for (let offset = upload.offset; offset < job.blob.size; ) offset = await piece(upload, job, offset, header, hooks)
  const path = { upload: upload.id }
  return write((key) => api.POST('/v1/uploads/{upload}/complete', { params: { path, header: { 'Idempotency-Key': key } }, headers: header }), job.key)
}

async function known(id: string, headers: Record<string, string>): Promise<Upload | undefined> {
  try {
    return await take(api.GET('/v1/uploads/{upload}', { params: { path: { upload: id } }, headers }))
  } catch (error) {
    const problem = asProblem(error)
    // An upload lives a day; then it is begun anew.
    if (problem.status === 404 || problem.status === 401) return undefined
    throw problem
  }
}

async function begin(job: UploadJob, headers: Record<string, string>, hooks: UploadHooks): Promise<Upload> {
  const body = { kind: job.kind, name: shortName(job.name), size: job.blob.size, sha256: job.sha256, original_sha256: job.original_sha256 }
  const path = { claim: job.claim }
  const upload = await write((key) => api.POST('/v1/claims/{claim}/uploads', { params: { path, header: { 'Idempotency-Key': key } }, headers, body }), newKey())
  await hooks.begun(upload.id)
  return upload
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Sends one piece and says where the next begins: where the server says that it goes on. */
async function piece(upload: Upload, job: UploadJob, offset: number, headers: Record<string, string>, hooks: UploadHooks): Promise<number> {
  const bytes = job.blob.slice(offset, offset + upload.chunk_bytes)
  try {
    const next = await send<Upload>('PUT', `/v1/uploads/${upload.id}?offset=${offset}`, bytes, { ...headers, 'Content-Type': 'application/octet-stream' }, hooks, offset)
    return next.offset
  } catch (error) {
    const problem = asProblem(error)
    const stored = (problem.body as { offset?: unknown }).offset
    if (problem.code === 'upload_busy') await wait(500)
    else if (problem.code !== 'upload_offset' || typeof stored !== 'number' || stored === offset) throw problem
    return typeof stored === 'number' ? stored : offset
  }
}
