// SPDX-License-Identifier: Apache-2.0
// The other engines, each in the fastest way that its own interface offers with the explanation switched on. One has
//   name, version, includes   what its figure stands for, in words
//   inFlight                  how many decisions are asked for before the first is awaited; 0: the call is synchronous
//   input(facts)              what `decide` takes, made before measuring
//   decide(input)             the measured call: the engine's answer with its explanation, or a promise of it
//   read(answer)              {applies, clause, outcome} of that answer; throws when its explanation lacks a part
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { ZenEngine, overrideConfig } from '@gorules/zen-engine';
import { Engine } from 'json-rules-engine';

const require = createRequire(import.meta.url);
const formOf = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
const NOTHING_APPLIES = { clause: 'otherwise', outcome: 'review' };

const pinnedVersion = (name) => require('./package.json').dependencies[name];

function demand(condition, what) {
  if (!condition) throw new Error(what);
}

// What governs among clauses that apply, where the engine itself knows no exceptions: {clause, outcome, overrides}.
function governing(applying) {
  const left = applying.filter(({ clause }) => !applying.some(({ overrides }) => overrides.includes(clause)));
  demand(left.length < 2, `no override between ${left.map(({ clause }) => clause)}`);
  return { applies: applying.map(({ clause }) => clause), ...(left[0] ?? NOTHING_APPLIES) };
}

function zenEngine() {
  // Without this, every node's output is copied into the context of the next.
  overrideConfig({ nodesInContext: false });
  const decision = new ZenEngine().createDecision(JSON.parse(formOf('eight.zen.json')));
  const options = { trace: 'string' };
  return {
    name: '@gorules/zen-engine',
    version: pinnedVersion('@gorules/zen-engine'),
    includes: 'all rows that apply; trace on, as JSON text; 64 decisions in flight, on its own threads',
    inFlight: 64,
    input: (facts) => facts,
    decide: (facts) => decision.evaluate(facts, options),
    read({ result, trace }) {
      const rows = JSON.parse(trace).clauses.traceData;
      demand(rows.length === result.length && rows.every((row) => row.reference_map), 'the trace lacks rows');
      // The rows stand in the order of precedence.
      return { applies: result.map(({ clause }) => clause), ...(result[0] ?? NOTHING_APPLIES) };
    },
  };
}

function jsonRulesEngine() {
  const rules = JSON.parse(formOf('eight.json-rules.json'));
  const engine = new Engine(rules);
  return {
    name: 'json-rules-engine',
    version: pinnedVersion('json-rules-engine'),
    includes: 'results and failureResults of all rules, with what each condition compared',
    inFlight: 1,
    input: (facts) => facts,
    decide: (facts) => engine.run(facts),
    read({ results, failureResults }) {
      const all = [...results, ...failureResults];
      demand(all.length === rules.length, 'a rule has no result');
      demand(all.every(({ conditions }) => 'factResult' in conditions.all[0]), 'a condition has no result');
      return governing(results.map(({ name, event }) => ({ clause: name, ...event.params })));
    },
  };
}

function cedarWasm() {
  const POLICY_SET = 'eight';
  const texts = cedar.policySetTextToParts(formOf('eight.cedar')).policies;
  const clauses = new Map();
  const staticPolicies = {};
  for (const text of texts) {
    const { id, outcome, overrides = '' } = cedar.policyToJson(text).json.annotations;
    clauses.set(id, { clause: id, outcome, overrides: overrides.split(' ') });
    staticPolicies[id] = text;
  }
  const parsed = cedar.preparsePolicySet(POLICY_SET, { staticPolicies });
  demand(parsed.type === 'success', JSON.stringify(parsed));
  return {
    name: '@cedar-policy/cedar-wasm',
    version: pinnedVersion('@cedar-policy/cedar-wasm'),
    includes: 'statefulIsAuthorized on a preparsed policy set: all determining policies; no conditions',
    inFlight: 0,
    input: (facts) => ({
      principal: { type: 'Buyer', id: 'buyer' },
      action: { type: 'Action', id: 'refund' },
      resource: { type: 'Order', id: 'order' },
      context: facts,
      entities: [],
      preparsedPolicySetId: POLICY_SET,
      validateRequest: false,
    }),
    decide: cedar.statefulIsAuthorized,
    read({ type, response }) {
      demand(type === 'success' && response.diagnostics.errors.length === 0, 'Cedar reports an error');
      return governing(response.diagnostics.reason.map((id) => clauses.get(id)));
    },
  };
}

export const engines = () => [zenEngine(), jsonRulesEngine(), cedarWasm()];
