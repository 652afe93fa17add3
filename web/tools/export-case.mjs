// SPDX-License-Identifier: Apache-2.0
// Writes the export of the tests' sample case to a file (tests/casekit.t): export-case.mjs FILE [zh|en] [SIZE OF A RECORDING]. Prints the id.
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const source = join(dirname(fileURLToPath(import.meta.url)), '..', 'src', 'casekit')
const load = async (file) => (await runnerImport(join(source, file), { configFile: false, logLevel: 'error' })).module
const [file, language = 'zh', recording = '0'] = process.argv.slice(2)

const { SAMPLE_AT, sampleCase, sampleFile } = await load('sample.ts')
const { screened } = await load('screen.ts')
const { exportCase } = await load('bundle/export.ts')
const { LETTERS } = await load('letters/letter.ts')
const { newEvidence } = await load('model.ts')
const sample = sampleCase('key_invalid', language)
const video = new Blob([new Uint8Array(Number(recording)).fill(7)], { type: 'video/mp4' })
if (video.size > 0) {
  const picked = { name: '录屏.mp4', type: 'video/mp4', size: video.size, sha256: '0'.repeat(64), modified: SAMPLE_AT, added: SAMPLE_AT }
  sample.evidence.push({ ...newEvidence('e9', 'recording'), file: picked })
}
const read = (id, which) => (id === 'e9' ? Promise.resolve(video) : sampleFile(id, which))
const bag = await exportCase(sample, { at: SAMPLE_AT, letters: LETTERS, reports: await screened(sample, '2026-11-27'), read })
writeFileSync(file, Buffer.from(await bag.archive.arrayBuffer()))
process.stdout.write(`${bag.folder} ${bag.id}\n`)
