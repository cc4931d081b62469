/**
 * Calls that are done again in each later phase that reads their results, rather than kept: a step then writes and
 * reads less memory, which is slower than the calls.
 */
import type { Call, Storage, Value } from "./calls.ts";

/** Calls with the level of each. */
export interface Levelled {
  readonly calls: readonly Call[];
  readonly levels: readonly number[];
}

/** Repeats calls that say so right before what reads their results in later levels, sample by sample. */
export function repeatCalls(calls: readonly Call[], levels: readonly number[]): Levelled {
  const makers = new Map<Storage, { readonly call: Call; readonly level: number }>();
  for (const [at, call] of calls.entries()) {
    const [result] = call.operands;
    if (!call.isRepeated || !call.isBatch || !result) continue;
    makers.set(result.value.storage, { call, level: levels[at] ?? 0 });
  }
  const repeated = new Map<string, Value>();
  const keys = new Map([...makers.keys()].map((storage, key) => [storage, key]));
  const all: { readonly call: Call; readonly level: number }[] = [];
  for (const [at, call] of calls.entries()) {
    const level = levels[at] ?? 0;
    const operands = call.operands.map((operand) => {
      const { value, view } = operand;
      const maker = makers.get(value.storage);
      if (!maker || view !== "rows" || !call.isBatch || maker.level === level) return operand;
      const key = `${keys.get(value.storage)} ${level}`;
      const known = repeated.get(key);
      if (known) return { value: { ...value, storage: known.storage }, view };
      const copy = { ...value, storage: { ...value.storage } };
      repeated.set(key, copy);
      const [, ...read] = maker.call.operands;
      all.push({ call: { ...maker.call, operands: [{ value: copy, view }, ...read] }, level });
      return { value: copy, view };
    });
    all.push({ call: { ...call, operands }, level });
  }
  return { calls: all.map(({ call }) => call), levels: all.map(({ level }) => level) };
}
