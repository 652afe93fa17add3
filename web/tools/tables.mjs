// SPDX-License-Identifier: Apache-2.0
// Writes src/generated/law.ts and terms.ts: the tables of the law and of its lint, which the program compiles in, as data for the
// page. Run before every build and test; nothing is fetched. A row that cannot be carried over stops the build with its place.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lawTables } from './tables/law.mjs'
import { readRows } from './tables/rows.mjs'
import { termTables } from './tables/terms.mjs'

const web = join(dirname(fileURLToPath(import.meta.url)), '..')
const tables = join(web, '..', 'src', 'law')
const read = (file) => readRows(readFileSync(join(tables, file), 'utf8'), file)

function write(file, head, values) {
  const lines = Object.entries(values).map(([name, [type, value]]) => `export const ${name}: ${type} = ${JSON.stringify(value)}\n`)
  writeFileSync(join(web, 'src', 'generated', file), `// SPDX-License-Identifier: Apache-2.0\n// Written by tools/tables.mjs from src/law.\n${head}\n\n${lines.join('')}`)
}

mkdirSync(join(web, 'src', 'generated'), { recursive: true })
const law = lawTables(read('law.def'))
write('law.ts', "import type { Article, Law } from '../casekit/law/types'", law)
write('terms.ts', "import type { Category, CitationRow, Rule } from '../casekit/terms/types'", termTables(read, law))
