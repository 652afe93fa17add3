// SPDX-License-Identifier: Apache-2.0
// What one letter cites: named shortly where it is needed, and listed once with code, day and words.
import { articleSays, citeArticle, citeShort } from '../law/cite'
import type { Article } from '../law/types'
import type { Language } from '../model'

export class Cites {
  readonly articles: Article[] = []

  constructor(private readonly language: Language) {}

  private take(articles: readonly Article[]): void {
    for (const article of articles) if (!this.articles.includes(article)) this.articles.push(article)
  }

  short(articles: readonly Article[]): string {
    this.take(articles)
    return citeShort(articles, this.language)
  }

  /** Everything that was cited, and these besides. */
  list(more: readonly Article[] = []): string[] {
    this.take(more)
    const colon = this.language === 'zh' ? '：' : ': '
    return this.articles.map((article) => `- ${citeArticle(article, this.language)}${colon}${articleSays(article, this.language)}`)
  }
}
