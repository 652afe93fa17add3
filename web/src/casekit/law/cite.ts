// SPDX-License-Identifier: Apache-2.0
// An article in words, as decisions name it: the law, the article, the day from which it is in force, its code.
import type { Language } from '../model'
import { articleByCode, inForce, lawOf } from './law'
import type { Article } from './types'

const NUMERALS = '零一二三四五六七八九'

export function citeArticle(article: Article, language: Language): string {
  const { from } = lawOf(article)
  const short = citeShort([article], language)
  return language === 'zh' ? `${short}（${from} 起施行，${article.code}）` : `${short} (in force since ${from}, ${article.code})`
}

/** What it says: its own key words in Chinese, the table's sentence in English. */
export function articleSays(article: Article, language: Language): string {
  return language === 'zh' ? `“${article.keyWords}”` : article.meaningEn
}

/** As it is named in the middle of a sentence: "第四十九条第二款", "49(2)". */
function shortNumber(article: Article, language: Language): string {
  const { paragraph } = article
  if (language === 'en') return `${article.number}${paragraph ? `(${paragraph})` : ''}`
  return `${article.article}${paragraph ? `第${NUMERALS[paragraph]}款` : ''}`
}

/** Many at once, by law: "《民法典》第五百七十七条、第五百八十二条". */
export function citeShort(articles: readonly Article[], language: Language): string {
  const nameOf = (article: Article): string => (language === 'zh' ? lawOf(article).shortName : lawOf(article).nameEn)
  const names = [...new Set(articles.map(nameOf))]
  const groups = names.map((name) => {
    const numbers = articles.filter((article) => nameOf(article) === name).map((article) => shortNumber(article, language))
    return language === 'zh' ? `《${name}》${numbers.join('、')}` : `${name}, ${numbers.length > 1 ? 'arts.' : 'art.'} ${numbers.join(', ')}`
  })
  return groups.join(language === 'zh' ? '、' : '; ')
}

/** Those that were in force on the day, each once, in the order given. */
export function articlesOn(codes: readonly string[], day: string): Article[] {
  return [...new Set(codes)].map(articleByCode).filter((article) => inForce(lawOf(article), day))
}
