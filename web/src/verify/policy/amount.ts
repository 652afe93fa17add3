// SPDX-License-Identifier: Apache-2.0
// How much a refund is, step by step (section 5, "Amount"): whole minor units, never a fraction.
import { neededFacts } from './clause'
import type { Amount, Inputs, Payment, Policy, Step } from './model'
import { factNamed } from './vocabulary'

/** amount × numerator / denominator, rounded up, in the buyer's favour. */
function shareUp(amount: number, numerator: number, denominator: number): number {
  const product = BigInt(amount) * BigInt(numerator)
  return Number((product + BigInt(denominator) - 1n) / BigInt(denominator))
}

function percentDown(amount: number, percent: number): number {
  return Number((BigInt(amount) * BigInt(percent)) / 100n)
}

class Calculation {
  readonly steps: Step[] = []

  constructor(
    private readonly inputs: Inputs,
    private readonly paid: number,
    private readonly amount: Amount,
  ) {}

  private step(op: string, value: number): void {
    this.steps.push({ op, value })
  }

  private number(word: string): number {
    return Number(this.inputs.facts.get(factNamed(word))?.value ?? 0)
  }

  private percentOf(of: number, percent: number): number {
    this.step('percent', percent)
    return shareUp(of, percent, 100)
  }

  private affected(): number {
    const quantity = Math.max(1, this.number('quantity'))
    const affected = Math.min(quantity, this.number('affected_quantity'))
    this.step('quantity', affected)
    this.step('of_quantity', quantity)
    return shareUp(this.paid, affected, quantity)
  }

  private rule(): number {
    switch (this.amount.rule) {
      case 'none':
      case 'full':
        return this.paid
      case 'fixed':
        this.step('fixed', this.amount.fixed)
        return this.amount.fixed
      case 'percent':
        return this.percentOf(this.paid, this.amount.percent)
      case 'unfinished':
        return this.percentOf(this.paid, 100 - this.number('progress'))
      case 'remaining':
        return this.percentOf(this.paid, 100 - this.number('time_used'))
      case 'affected':
        return this.affected()
    }
  }

  private less(): number {
    const { lessPercent, less } = this.amount
    if (lessPercent) {
      this.step('less_percent', lessPercent)
      return percentDown(this.paid, lessPercent)
    }
    if (less) this.step('less', less)
    return less
  }

  /** Before the last step keeps it within bounds. */
  unbounded(): number {
    this.step('paid', this.paid)
    const whole = this.rule()
    const isOfPart = this.amount.percent > 0 && this.amount.rule !== 'percent'
    const part = isOfPart ? this.percentOf(whole, this.amount.percent) : whole
    return part - this.less()
  }

  bounded(unbounded: number): number {
    const limit = Math.max(0, this.paid - this.inputs.earlierRefunds)
    this.step('limit', limit)
    return Math.max(0, Math.min(unbounded, limit))
  }
}

export const NOTHING: Payment = { rule: 'none', steps: [], refund: 0 }

interface Worked extends Payment {
  /** Whether all that the amount needs is known; else there are no steps. */
  readonly isKnown: boolean
  readonly unbounded: number
}

/** The refund with its steps. */
export function decidePayment(policy: Pick<Policy, 'currency'>, inputs: Inputs, amount: Amount): Worked {
  const namesMoney = amount.rule === 'fixed' || amount.less > 0
  const isKnown = neededFacts(amount.rule).every((fact) => inputs.facts.has(fact)) && !(namesMoney && policy.currency !== inputs.currency)
  if (!isKnown || inputs.paid === null) return { rule: amount.rule, steps: [], refund: 0, unbounded: 0, isKnown: false }
  const calculation = new Calculation(inputs, inputs.paid, amount)
  const unbounded = calculation.unbounded()
  const refund = calculation.bounded(unbounded)
  return { rule: amount.rule, steps: calculation.steps, refund, unbounded, isKnown: true }
}
