// SPDX-License-Identifier: Apache-2.0
// The lines of a clause (section 3), and what they must be together.
import type { Amount, Clause, Group, MerchantLine, Rule } from './model'
import type { Cursor } from './tokens'
import { factNamed, findFact, type Fact, type Goods } from './vocabulary'
import { readWhen, type Tally } from './when'

const NEEDS_MAX = 6
const LAWS_MAX = 4
const NO_AMOUNT: Amount = { rule: 'none', percent: 0, fixed: 0, lessPercent: 0, less: 0 }

/** What the amounts of the rules need to know. */
const NEEDED: Readonly<Partial<Record<Rule, readonly Fact[]>>> = {
  unfinished: [factNamed('progress')],
  affected: [factNamed('quantity'), factNamed('affected_quantity')],
  remaining: [factNamed('time_used')],
}
export function neededFacts(rule: Rule): readonly Fact[] {
  return NEEDED[rule] ?? []
}

type Outcome = Pick<Clause, 'outcome' | 'amount' | 'atOnce' | 'destination' | 'bearer' | 'reviewS'>

class ClauseReader {
  private when: Group | undefined
  private outcome: Outcome | undefined
  private merchant: MerchantLine | undefined
  private laws: string[] | undefined
  private hasOptional = false
  private readonly needs: Fact[][] = []

  constructor(
    private readonly cursor: Cursor,
    private readonly goods: Goods,
    private readonly tally: Tally,
  ) {}

  /** One line; false where none begins. */
  line(): void {
    const { cursor } = this
    if (cursor.take('when')) this.readWhen()
    else if (cursor.take('needs')) this.readNeeds()
    else if (cursor.take('optional')) {
      this.hasOptional = true
      this.proofs()
    } else if (cursor.take('merchant')) this.readMerchant()
    else if (cursor.take('law')) this.readLaws()
    else this.readOutcome()
  }

  private readWhen(): void {
    if (this.when) throw this.cursor.fault('two `when`')
    this.when = readWhen(this.cursor, this.goods, this.tally)
  }

  private readNeeds(): void {
    if (this.needs.length === NEEDS_MAX) throw this.cursor.fault('too many `needs`')
    this.needs.push(this.proofs())
  }

  private proofs(): Fact[] {
    const proofs = new Set<Fact>()
    do {
      const { kind, text } = this.cursor.ahead()
      const fact = kind === 'word' ? findFact(text) : undefined
      if (fact?.type !== 'proof') throw this.cursor.fault('expected a kind of proof')
      if (!fact.goods.includes(this.goods)) throw this.cursor.fault('a proof without meaning for the goods')
      proofs.add(fact)
      this.tally.tested.add(fact)
      this.cursor.next()
    } while (this.cursor.take('or'))
    return [...proofs].sort((a, b) => a.place - b.place)
  }

  private readMerchant(): void {
    const { cursor } = this
    if (this.merchant) throw cursor.fault('two answers of the merchant')
    cursor.expect('answers', 'within')
    const answerS = cursor.deadlineS()
    cursor.expectSign(',')
    const extensionS = cursor.take('extension') ? cursor.deadlineS() : 0
    if (extensionS) cursor.expectSign(',')
    cursor.expect('silence')
    this.merchant = { answerS, extensionS, silence: cursor.oneOf(['accepts', 'refuses', 'reviews']) }
    this.tally.tested.add(factNamed('merchant_answer'))
  }

  /** Which articles a clause rests on is for people: no decision depends on it. */
  private readLaws(): void {
    if (this.laws) throw this.cursor.fault('two `law`')
    this.laws = []
    do {
      if (this.cursor.ahead().kind === 'text' && !/^[A-Z0-9-]{1,20}$/.test(this.cursor.ahead().text)) throw this.cursor.fault('a bad code')
      if (this.laws.length === LAWS_MAX) throw this.cursor.fault('too many articles')
      this.laws.push(this.cursor.quoted('the code of an article'))
    } while (this.cursor.takeSign(','))
  }

  // ---- outcomes ----

  private readOutcome(): void {
    const { cursor } = this
    if (!['refund', 'refuse', 'review'].some((word) => cursor.isWord(word))) throw cursor.fault('expected a line of the clause')
    if (this.outcome) throw cursor.fault('two outcomes')
    const outcome = cursor.oneOf(['refund', 'refuse', 'review'])
    const plain = { amount: NO_AMOUNT, atOnce: false, destination: undefined, bearer: 'merchant', reviewS: 0 }
    if (outcome === 'refund') this.outcome = this.refund()
    else if (outcome === 'refuse') this.outcome = { outcome, ...plain }
    else {
      cursor.expect('within')
      this.outcome = { outcome, ...plain, reviewS: cursor.deadlineS() }
    }
  }

  private percent(): number {
    const percent = this.cursor.whole(1, 100)
    this.cursor.expect('percent')
    return percent
  }

  private isPart(distance: number): boolean {
    return ['unfinished', 'affected', 'remaining'].some((word) => this.cursor.isWord(word, distance))
  }

  private part(): Rule {
    const { cursor } = this
    if (cursor.isWord('unfinished') && this.goods !== 'service') throw cursor.fault('only a service has an unfinished part')
    const rule = cursor.oneOf(['affected', 'remaining', 'unfinished'])
    neededFacts(rule).forEach((fact) => this.tally.tested.add(fact))
    cursor.expect('part')
    return rule
  }

  private base(): Amount {
    const { cursor } = this
    if (cursor.take('full')) return { ...NO_AMOUNT, rule: 'full' }
    if (this.isPart(0)) return { ...NO_AMOUNT, rule: this.part() }
    if (!cursor.isWord('percent', 1)) return { ...NO_AMOUNT, rule: 'fixed', fixed: cursor.money(1) }
    const percent = this.percent()
    if (!cursor.isWord('of') || !this.isPart(1)) return { ...NO_AMOUNT, rule: 'percent', percent }
    cursor.expect('of')
    return { ...NO_AMOUNT, rule: this.part(), percent }
  }

  private amount(): Amount {
    const base = this.base()
    if (!this.cursor.take('less')) return base
    return this.cursor.isWord('percent', 1) ? { ...base, lessPercent: this.percent() } : { ...base, less: this.cursor.money(1) }
  }

  private destination(): Clause['destination'] {
    if (!this.cursor.take('store_credit')) {
      this.cursor.expect('original_payment')
      return undefined
    }
    if (!this.cursor.take('or')) return 'store_credit'
    this.cursor.expect('original_payment')
    return 'buyer_choice'
  }

  private refund(): Outcome {
    const { cursor } = this
    const amount = this.amount()
    const atOnce = cursor.take('at')
    if (atOnce) cursor.expect('once')
    const destination = cursor.take('to') ? this.destination() : undefined
    let bearer = 'merchant'
    if (cursor.takeSign(',')) {
      cursor.expect('borne', 'by')
      bearer = cursor.oneOf(['merchant', 'platform', 'issuer', 'goodwill'])
    }
    return { outcome: 'refund', amount, atOnce, destination, bearer, reviewS: 0 }
  }

  // ---- the whole ----

  clause(id: string, titleZh: string, titleEn: string): Clause {
    const { when, outcome, merchant, needs } = this
    if (!when || !outcome) throw this.cursor.fault('a clause without condition or outcome')
    const isRefund = outcome.outcome === 'refund'
    if (isRefund && outcome.atOnce === (merchant !== undefined)) throw this.cursor.fault('a refund is paid at once or after an answer')
    if (!isRefund && merchant) throw this.cursor.fault('the merchant is asked only about a refund')
    if (outcome.outcome === 'refuse' && (needs.length || this.hasOptional)) throw this.cursor.fault('a refusal needs no evidence')
    return { id, titleZh, titleEn, when, ...outcome, merchant, needs, laws: this.laws ?? [], overrides: new Set() }
  }
}

/** Reads what follows the id: titles, and lines up to whatever is no line. */
export function readClause(cursor: Cursor, id: string, goods: Goods, tally: Tally, isEnd: () => boolean): Clause {
  const titleZh = cursor.quoted("the clause's title")
  const titleEn = cursor.ahead().kind === 'text' ? cursor.next().text : titleZh
  const reader = new ClauseReader(cursor, goods, tally)
  while (!isEnd()) reader.line()
  return reader.clause(id, titleZh, titleEn)
}
