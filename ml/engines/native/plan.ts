/** Writes a schedule with its memory as the words that native/kernels/plan.h describes. */
import { elementCount } from "../../graph/tensor.ts";
import type { Call, Calls, Operand } from "./calls.ts";
import { type MemoryPlan, mostRows, UNIT } from "./memory.ts";
import type { Schedule } from "./schedule.ts";

/** A plan as the engine reads it. */
export interface PlanWords {
  readonly words: Int32Array<ArrayBuffer>;
  readonly constants: Float32Array<ArrayBuffer>;
  /** The words that are given before each step, and read after it, by value. */
  readonly fedWords: number;
  readonly readWords: number;
}

const SPACES = { state: 0, constant: 1, shared: 2, local: 3 } as const;
const VIEWS = { whole: 0, rows: 1, parts: 2 } as const;
const HEADER_WORDS = 16;
const MAX_OPERANDS = 9;
const MAX_INTS = 30;
const MAX_FLOATS = 4;

/**
 * Writes a plan.
 *
 * @param kernel returns the number of a kernel
 * @throws {RangeError} if a call has more operands or settings than the kernels' interface
 */
export function writePlan(
  { fed, read, rows, parts }: Calls,
  { calls, phases, passed }: Schedule,
  memory: MemoryPlan,
  kernel: (name: string) => number,
): PlanWords {
  const tensors = new Map<string, number>();
  const tensorWords: number[] = [];
  const tensorOf = ({ value: { storage }, view }: Operand, units: number): number => {
    const { space, offset } = memory.places.get(storage) ?? missing(storage.home);
    const total = storage.floats;
    const [size, count] = view === "whole"
      ? [total * (storage.parts ?? 1), 1]
      : view === "parts"
      ? [total, storage.parts ?? 1]
      : [
        total / units,
        space === "local" ? passed.get(storage)?.rows ?? mostRows(rows, parts) : units,
      ];
    const words = [SPACES[space], VIEWS[view], offset, size, count];
    const key = words.join();
    const known = tensors.get(key) ?? tensors.size;
    if (!tensors.has(key)) {
      tensors.set(key, known);
      tensorWords.push(...words);
    }
    return known;
  };
  const callWords = calls.flatMap((call) => wordsOf(call, kernel, tensorOf));
  const tasks = phases.flatMap((phase) => phase.tasks);
  const taskWords = tasks.flatMap(({ first, count, rows: [begin, end] = [0, -1], part }) => [
    first,
    count,
    begin,
    end,
    part,
  ]);
  let firstTask = 0;
  const phaseWords = phases.flatMap(({ tasks: { length }, isBackward }) => {
    firstTask += length;
    return [firstTask - length, length, Number(isBackward)];
  });
  const port = (value: Operand["value"]) => tensorOf({ value, view: "whole" }, 1);
  const [fedPorts, readPorts] = [fed.map(([, value]) => port(value)), read.map(port)];
  const header = [
    tensors.size,
    calls.length,
    tasks.length,
    phases.length,
    fedPorts.length,
    readPorts.length,
    memory.shared,
    memory.local,
  ];
  return {
    words: Int32Array.from([
      ...header,
      ...padding(header, HEADER_WORDS, 0),
      ...tensorWords,
      ...callWords,
      ...taskWords,
      ...phaseWords,
      ...fedPorts,
      ...readPorts,
    ]),
    constants: constantsOf(calls, memory),
    fedWords: fed.reduce((sum, [, { shape }]) => sum + elementCount(shape), 0),
    readWords: read.reduce((sum, { shape }) => sum + elementCount(shape), 0),
  };
}

function wordsOf(
  { kernel: name, units, operands, ints, floats }: Call,
  kernel: (name: string) => number,
  tensorOf: (operand: Operand, units: number) => number,
): readonly number[] {
  if (operands.length > MAX_OPERANDS || ints.length > MAX_INTS || floats.length > MAX_FLOATS) {
    throw new RangeError(`Cannot write the plan: ${name} has too many operands or settings.`);
  }
  const bits = new Int32Array(
    Float32Array.from([...floats, ...padding(floats, MAX_FLOATS, 0)]).buffer,
  );
  return [
    kernel(name),
    units,
    ...operands.map((operand) => tensorOf(operand, units)),
    ...padding(operands, MAX_OPERANDS, -1),
    ...ints,
    ...padding(ints, MAX_INTS, 0),
    ...bits,
  ];
}

function padding(given: readonly unknown[], length: number, filler: number): readonly number[] {
  return Array.from({ length: length - given.length }, () => filler);
}

function constantsOf(calls: readonly Call[], memory: MemoryPlan): Float32Array<ArrayBuffer> {
  const constants = new Float32Array(memory.constant * UNIT);
  for (const { operands } of calls) {
    for (const { value: { storage } } of operands) {
      const place = memory.places.get(storage);
      if (place?.space === "constant" && storage.values) {
        constants.set(storage.values, place.offset * UNIT);
      }
    }
  }
  return constants;
}

function missing(home: string): never {
  throw new RangeError(`Cannot write the plan: a ${home} has no place.`);
}
