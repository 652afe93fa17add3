// SPDX-License-Identifier: Apache-2.0
// Our evaluator and three other engines on the same policy and the same inputs: first every answer is compared, then
// all are measured in turns. Refuses to measure when one answer differs. See README.md; ./run calls this.
//   compare.mjs OURS [--rounds N] [--seconds N] [--check]
// Exit status: 0 all targets are met (with --check: all answers agree), 1 one is missed, 2 usage, 3 answers differ.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { engines } from './engines.mjs';

const INPUTS = 4096;
const OURS_PER_SECOND_TARGET = 2e6;
const RATIO_TARGET = 100;
const DIFFERENCES_SHOWN = 5;

// What the conditions of the policy test. The other engines get no more, since they would spend time on converting it.
const TESTED = ['reason', 'card', 'delivered', 'late', 'purchased', 'revealed', 'cause', 'amount', 'price_warning'];
const FACT_NEVER = -1;

function fail(status, message) {
  console.error(`compare: ${message}`);
  process.exit(status);
}

function ours(program, ...args) {
  const done = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 24 });
  if (done.error || done.status !== 0) fail(2, `${program}: ${done.error?.message ?? done.stderr}`);
  return done.stdout;
}

// Words of the language to values that every engine knows: numbers, booleans, strings.
function plainFacts(facts) {
  const value = (name) => {
    if (facts[name] === 'never') return FACT_NEVER;
    return name === 'price_warning' ? facts[name] === 'yes' : facts[name];
  };
  return Object.fromEntries(TESTED.map((name) => [name, value(name)]));
}

// ---- the answers ----

const inOrder = (answer) => JSON.stringify([answer.clause, answer.outcome, [...answer.applies].sort()]);

// An engine that fails, or leaves out a part of its explanation, has answered otherwise.
async function answerOf(engine, input) {
  try {
    return inOrder(engine.read(await engine.decide(input)));
  } catch (error) {
    return error.message;
  }
}

async function differences(engine, inputs, expected) {
  const found = [];
  for (const [i, input] of inputs.entries()) {
    const answer = await answerOf(engine, input);
    if (answer !== expected[i]) found.push(`input ${i}: ours ${expected[i]}, ${engine.name} ${answer}`);
  }
  return found;
}

async function compareAnswers(contestants, lines) {
  const expected = lines.map(({ answer }) => inOrder(answer));
  for (const { engine, inputs } of contestants) {
    const found = await differences(engine, inputs, expected);
    for (const difference of found.slice(0, DIFFERENCES_SHOWN)) console.error(`  ${difference}`);
    if (found.length) fail(3, `${engine.name} decides ${found.length} of ${inputs.length} inputs otherwise`);
  }
  const governed = new Set(lines.map(({ answer }) => answer.clause));
  console.log(`answers: ${lines.length} inputs, ${contestants.length + 1} engines; all agree on the governing clause, the`);
  console.log('outcome and which clauses apply');
  console.log(`governing somewhere: ${[...governed].sort().join(', ')}`);
}

// ---- measuring ----

// The latest answer is kept, so that no engine is spared making it.
let kept;

function passSync(engine, inputs) {
  for (const input of inputs) kept = engine.decide(input);
}

async function passInTurn(engine, inputs) {
  for (const input of inputs) kept = await engine.decide(input);
}

async function passInFlight(engine, inputs) {
  for (let from = 0; from < inputs.length; from += engine.inFlight)
    kept = await Promise.all(inputs.slice(from, from + engine.inFlight).map((input) => engine.decide(input)));
}

function passOf(engine) {
  if (engine.inFlight === 0) return passSync;
  return engine.inFlight === 1 ? passInTurn : passInFlight;
}

async function measure({ engine, inputs }, seconds) {
  const pass = passOf(engine);
  globalThis.gc();
  await pass(engine, inputs);
  const cpuStart = process.cpuUsage();
  const start = performance.now();
  let count = 0;
  let elapsed = 0;
  while (elapsed < seconds) {
    await pass(engine, inputs);
    count += inputs.length;
    elapsed = (performance.now() - start) / 1000;
  }
  const { user, system } = process.cpuUsage(cpuStart);
  return { perSecond: count / elapsed, perCpuSecond: count / ((user + system) / 1e6) };
}

// One round: our program and every engine once, each round beginning with another one.
async function round(number, program, file, contestants, seconds) {
  const result = {};
  const turns = [
    async () => Object.assign(result, JSON.parse(ours(program, 'time', file, String(seconds)))),
    ...contestants.map((contestant) => async () => {
      result[contestant.engine.name] = await measure(contestant, seconds);
    }),
  ];
  for (let i = 0; i < turns.length; i++) await turns[(i + number) % turns.length]();
  return result;
}

// ---- the figures ----

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const whole = (value) => Math.round(value).toLocaleString('en-US');
const times = (value) => (value < 10 ? value.toFixed(2) : whole(value));

function spread(values, show) {
  return `${show(median(values))} (${show(Math.min(...values))} to ${show(Math.max(...values))})`;
}

function printRates(names, rounds) {
  console.log('\ndecisions per second: median of the rounds (lowest to highest)');
  console.log(`${''.padEnd(26)}${'of CPU time, all threads'.padEnd(40)}of the clock`);
  for (const [key, name] of names) {
    const of = (rate) => spread(rounds.map((result) => result[key][rate]), whole);
    console.log(`${name.padEnd(26)}${of('perCpuSecond').padEnd(40)}${of('perSecond')}`);
  }
}

// The ratios of each round, and from them the median; returns the lowest median.
function printRatios(contestants, rounds) {
  console.log('\nours, as a multiple of the engine in the same round: median (lowest to highest)');
  console.log(`${''.padEnd(26)}${'of CPU time'.padEnd(24)}${'of the clock'.padEnd(24)}from text to text, of CPU time`);
  let lowest = Infinity;
  for (const { engine } of contestants) {
    const ratios = (key, rate) => rounds.map((result) => result[key][rate] / result[engine.name][rate]);
    const ofCpu = ratios('explained', 'perCpuSecond');
    const ofClock = ratios('explained', 'perSecond');
    const ofText = ratios('textToText', 'perCpuSecond');
    const [cpu, clock, text] = [ofCpu, ofClock, ofText].map((values) => spread(values, times));
    console.log(`${engine.name.padEnd(26)}${cpu.padEnd(24)}${clock.padEnd(24)}${text}`);
    lowest = Math.min(lowest, median(ofCpu), median(ofClock));
  }
  return lowest;
}

function printIncludes(contestants) {
  console.log('\nwhat one decision includes');
  console.log('  ours: truth of every condition of every clause, clauses that apply, the governing one and what it');
  console.log('    overrode, evidence, arithmetic of the amount, deadlines; facts and decision in memory, one thread');
  console.log('  ours, from text to text: the same, and the facts read from JSON and the certificate written as JSON');
  for (const { engine } of contestants) console.log(`  ${engine.name} ${engine.version}:\n    ${engine.includes}`);
  console.log('  The others get a JavaScript object of the facts that conditions test, made before. Finding the');
  console.log('  governing clause in their answers is not counted, and they compute no evidence, amount or deadline.');
}

function verdict(rounds, lowestRatio) {
  const rate = median(rounds.map(({ explained }) => explained.perSecond));
  const fast = rate >= OURS_PER_SECOND_TARGET;
  const ahead = lowestRatio >= RATIO_TARGET;
  const word = (met) => (met ? 'yes' : 'NO');
  console.log(`\nat least ${whole(OURS_PER_SECOND_TARGET)}/s on one core: ${word(fast)}, ${whole(rate)}/s`);
  console.log(`at least ${RATIO_TARGET} times each of the others: ${word(ahead)}, ${times(lowestRatio)} times at the least`);
  return fast && ahead ? 0 : 1;
}

function options() {
  const number = (text) => (/^([1-9]|[1-5]\d|60)$/.test(text) ? Number(text) : undefined);
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '1' },
      check: { type: 'boolean' },
    },
  });
  const [rounds, seconds] = [number(values.rounds), number(values.seconds)];
  if (positionals.length !== 1 || !rounds || !seconds)
    throw new Error('usage: run [--rounds N] [--seconds N] [--check], with N from 1 to 60');
  return { program: positionals[0], rounds, seconds, check: values.check };
}

async function main(chosen, folder) {
  const file = join(folder, 'inputs.jsonl');
  const text = ours(chosen.program, 'inputs', String(INPUTS));
  writeFileSync(file, text);
  const lines = text.trimEnd().split('\n').map((line) => JSON.parse(line));
  const inputsOf = (engine) => lines.map(({ facts }) => engine.input(plainFacts(facts)));
  const contestants = engines().map((engine) => ({ engine, inputs: inputsOf(engine) }));
  await compareAnswers(contestants, lines);
  if (chosen.check) return 0;
  for (const contestant of contestants) await measure(contestant, 1); // until the just-in-time compiler is done
  const rounds = [];
  for (let i = 0; i < chosen.rounds; i++)
    rounds.push(await round(i, chosen.program, file, contestants, chosen.seconds));
  console.log(`node ${process.version}; ${chosen.rounds} rounds of ${chosen.seconds} s for each figure, in turns`);
  const names = contestants.map(({ engine }) => [engine.name, engine.name]);
  printRates([['explained', 'ours'], ['textToText', 'ours, from text to text'], ...names], rounds);
  const lowest = printRatios(contestants, rounds);
  printIncludes(contestants);
  return verdict(rounds, lowest);
}

let chosen;
try {
  chosen = options();
} catch (error) {
  fail(2, error.message);
}
const folder = mkdtempSync(join(tmpdir(), 'shuntui-engines-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.exitCode = await main(chosen, folder);
