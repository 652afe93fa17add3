// SPDX-License-Identifier: Apache-2.0
// One case as an archive. The same case, files and time make the same bytes. What the person keeps back is listed with its hash and left out.
import { CATEGORIES } from '../../generated/terms'
import { attachments } from '../checklist'
import { kindOf } from '../kinds'
import { citeArticle } from '../law/cite'
import { lawOf } from '../law/law'
import type { Article } from '../law/types'
import type { VoidTerm } from '../letters/brief'
import { compose, letterOf, LETTERS } from '../letters/letter'
import { compact, dayOf, instantOf, momentWords } from '../moment'
import type { Case, Evidence, LetterCode, Moment } from '../model'
import { TASKS } from '../tasks'
import { reportWire } from '../terms/wire'
import { timeline } from '../timeline'
import { voidTermsOf, type Screened } from '../screen'
import { makeBag, text, type Bag } from './bag'
import { canonicalJson, type Json } from './json'
import { readme, type ReadmeFacts } from './readme'
import type { Entry } from './tar'

export interface ExportOptions {
  /** Now, by this device's clock. */
  readonly at: Moment
  readonly letters: readonly LetterCode[]
  /** Of each pasted rule, in their order. */
  readonly reports: readonly Screened[]
  readonly read: (id: string, which: 'original' | 'copy') => Promise<Blob | undefined>
  readonly onProgress?: (done: number) => void
}

/** A file that the case names is not in the store any more. */
export class FileMissing extends Error {
  constructor(readonly title: string) {
    super(title)
  }
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp', 'image/heic': 'heic', 'video/mp4': 'mp4', 'video/webm': 'webm', 'video/quicktime': 'mov', 'application/pdf': 'pdf', 'text/plain': 'txt',
}
const two = (number: number): string => String(number).padStart(2, '0')

function pathOf(item: Evidence, number: number): string | undefined {
  if (item.shown === 'original') return `evidence/${two(number)}-original.${EXTENSIONS[item.file?.type ?? ''] ?? 'bin'}`
  return item.shown === 'copy' && item.copy ? `evidence/${two(number)}-copy.jpg` : undefined
}

async function evidenceEntries(of: Case, options: ExportOptions): Promise<Entry[]> {
  const entries: Entry[] = []
  for (const [index, item] of attachments(of).entries()) {
    const path = pathOf(item, index + 1)
    if (!path) continue
    const content = await options.read(item.id, item.shown === 'copy' ? 'copy' : 'original')
    if (!content) throw new FileMissing(item.title || TASKS[item.task].what[of.language])
    entries.push({ path, content })
  }
  return entries
}

function attachmentJson(item: Evidence, number: number): Json {
  const path = pathOf(item, number)
  const { file, copy } = item
  return {
    number,
    task: item.task,
    title: item.title,
    at: item.at,
    note: item.note,
    visible: { time: item.seesTime, platform: item.seesPlatform, user: item.seesUser, legible: item.legible },
    original: file ? { name: file.name, type: file.type, size: file.size, sha256: file.sha256, modified: file.modified, added: file.added } : null,
    copy: copy ? { size: copy.size, sha256: copy.sha256, stamped: copy.stamped, hidden: copy.hidden.map((box) => ({ ...box })) } : null,
    path: path ? `data/${path}` : null,
  }
}

function caseJson(of: Case, options: ExportOptions): Json {
  const facts = Object.fromEntries(Object.entries(of.facts).filter(([, value]) => value !== '' && value !== null)) as { [key: string]: Json }
  return {
    format: 'casekit/1',
    hashes_and_times_by: 'the browser of the person whose case it is',
    signed_by: null,
    exported_at: options.at,
    created_at: of.created,
    kind: of.kind,
    language: of.language,
    facts,
    rules: of.rules.map((rule, index) => ({ path: `data/rules/${two(index + 1)}.txt`, where: rule.where, clause: rule.clause, clause_name: rule.clauseName })),
    attachments: attachments(of).map((item, index) => attachmentJson(item, index + 1)),
    timeline: timeline(of, of.language).map((entry) => ({ at: entry.at, text: entry.text, attachments: entry.shows, source: entry.source })),
  }
}

function lawJson(articles: readonly Article[]): Json {
  return articles.map((article) => {
    const law = lawOf(article)
    const { code, keyWords, meaningEn } = article
    return { code, law: law.name, article: article.article, effective_from: law.from, effective_until: law.until, key_words: keyWords, meaning_en: meaningEn, source: law.source }
  })
}

/** What the letters and the screening cite, each once. */
function citedArticles(of: Case, options: ExportOptions, terms: readonly VoidTerm[]): Article[] {
  const day = dayOf(options.at)
  const inLetters = options.letters.flatMap((letter) => compose(of, letter, day, of.language, terms).cited)
  const inFindings = options.reports.flatMap(({ report }) => report.findings.flatMap((finding) => finding.articles))
  return [...new Set([...inLetters, ...inFindings])].sort((a, b) => (a.code < b.code ? -1 : 1))
}

function findingsText(report: Screened, of: Case): string {
  const { findings } = report.report
  const isChinese = of.language === 'zh'
  const head = isChinese ? `按 ${report.day} 的法律筛查，找到 ${findings.length} 处。没有找到的，不等于没有问题。` : `Screened by the law of ${report.day}: ${findings.length} found. What is not found may be void all the same.`
  const lines = findings.map((finding) => {
    const words = CATEGORIES[finding.category]
    const label = isChinese ? `${words?.severity === 'void' ? '无效' : '有风险'}：${words?.labelZh}` : `${words?.severity}: ${words?.labelEn}`
    const cited = finding.articles.map((article) => citeArticle(article, of.language)).join(isChinese ? '、' : '; ')
    return `- “${report.text.slice(finding.start, finding.end)}”\n  ${label}\n  ${isChinese ? finding.whyZh : finding.whyEn}\n  ${cited}`
  })
  return `${[head, ...lines].join('\n')}\n`
}

function timelineText(of: Case): string {
  const lines = timeline(of, of.language).map((entry, index) => {
    const when = momentWords(entry.at, of.language) || (of.language === 'zh' ? '时间不详' : 'time not known')
    const shows = entry.shows.length ? (of.language === 'zh' ? `（附件 ${entry.shows.join('、')}）` : ` (attachments ${entry.shows.join(', ')})`) : ''
    return `${index + 1}. ${when}  ${entry.text}${shows}\n`
  })
  return lines.join('')
}

function readmeFacts(of: Case, options: ExportOptions, articles: readonly Article[], language: 'zh' | 'en'): ReadmeFacts {
  return {
    at: options.at,
    label: of.kind ? kindOf(of.kind).label[language] : '',
    attachments: attachments(of).map((item, index) => ({
      number: index + 1,
      name: item.title || TASKS[item.task].what[language],
      state: pathOf(item, index + 1) ? (item.shown === 'copy' ? 'copy' : 'original') : 'kept',
      hidden: item.shown === 'copy' ? (item.copy?.hidden.length ?? 0) : 0,
    })),
    letters: options.letters,
    laws: articles.map((article) => citeArticle(article, language)),
  }
}

export async function exportCase(of: Case, options: ExportOptions): Promise<Bag> {
  const day = dayOf(options.at)
  const { reports } = options
  const terms = voidTermsOf(of, reports)
  const articles = citedArticles(of, options, terms)
  const payload: Entry[] = [
    { path: 'README.zh.txt', content: text(readme(readmeFacts(of, options, articles, 'zh'), 'zh')) },
    { path: 'README.en.txt', content: text(readme(readmeFacts(of, options, articles, 'en'), 'en')) },
    { path: 'case.json', content: text(`${canonicalJson(caseJson(of, options))}\n`) },
    { path: 'law.json', content: text(`${canonicalJson(lawJson(articles))}\n`) },
    { path: 'timeline.txt', content: text(timelineText(of)) },
    ...reports.flatMap((report, index): Entry[] => [
      { path: `rules/${two(index + 1)}.txt`, content: text(`${report.text}\n`) },
      { path: `rules/${two(index + 1)}-screened.txt`, content: text(findingsText(report, of)) },
      { path: `rules/${two(index + 1)}-screened.json`, content: text(`${canonicalJson(reportWire(report.report, report.text))}\n`) },
    ]),
    ...LETTERS.filter((letter) => options.letters.includes(letter)).map((letter): Entry => ({
      path: `letters/${letter}.${of.language}.txt`,
      content: text(letterOf(of, letter, day, of.language, terms).text),
    })),
    ...(await evidenceEntries(of, options)),
  ]
  const info = [
    ['Bag-Software-Agent', 'Shuntui case kit, in a browser'],
    ['Bagging-Date', day],
    ['External-Description', 'Put together by the person whose case it is. Hashes and times are of their own browser; nobody signed them.'],
    ['Case-Kit-Format', 'casekit/1'],
  ] as const
  return makeBag(`casekit_${of.kind || 'other'}_${compact(options.at)}`, payload, info, Math.floor(instantOf(options.at) / 1000), options.onProgress)
}
