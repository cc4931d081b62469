/** From a graph to a plan in the engine. */
import { lowerGraph } from "./lower/lower.ts";
import type { Graph, Surroundings } from "./lower/context.ts";
import { elementCount } from "../../graph/tensor.ts";
import type { Calls } from "./calls.ts";
import type { LoadedPlan, Machine } from "./library.ts";
import { type MemoryPlan, planMemory } from "./memory.ts";
import { writePlan } from "./plan.ts";
import { type Schedule, schedule } from "./schedule.ts";
import { widenChannels } from "./wide_channels.ts";

/** A graph that can be run. */
export interface CompiledGraph {
  readonly calls: Calls;
  readonly schedule: Schedule;
  readonly memory: MemoryPlan;
}

/** Values by name: numbers, as many as the placeholder has for each step. */
export type Fed = Readonly<Record<string, Float32Array | Int32Array>>;

/** A graph in the engine. */
export interface LoadedGraph {
  /**
   * Runs steps.
   *
   * @param fed the numbers of each placeholder, step by step
   * @returns the numbers of each output, step by step
   */
  run(steps: number, fed: Fed): Promise<readonly (Float32Array | Int32Array)[]>;
}

/** Compiles a graph. */
export function compileGraph(graph: Graph, surroundings: Surroundings): CompiledGraph {
  const calls = lowerGraph(widenChannels(graph), surroundings);
  const planned = schedule(calls);
  return { calls, schedule: planned, memory: planMemory(calls, planned) };
}

/** Hands a compiled graph to the engine. */
export function loadGraph(compiled: CompiledGraph, machine: Machine): LoadedGraph {
  const { calls, schedule, memory } = compiled;
  const plan = writePlan(calls, schedule, memory, machine.kernel);
  const loaded: LoadedPlan = machine.addPlan(plan);
  return {
    async run(steps, fed) {
      const words = new Int32Array(steps * plan.fedWords);
      let at = 0;
      for (const [name, { shape, dtype }] of calls.fed) {
        const count = elementCount(shape);
        const numbers = fed[name];
        if (numbers?.length !== steps * count) {
          throw new RangeError(
            `Cannot run ${steps} steps: '${name}' must have ${steps * count} numbers, got ${
              numbers?.length ?? "none"
            }.`,
          );
        }
        const exact = dtype === "int32" ? new Int32Array(numbers) : new Float32Array(numbers);
        const own = new Int32Array(exact.buffer);
        for (let step = 0; step < steps; step++) {
          words.set(own.subarray(step * count, (step + 1) * count), step * plan.fedWords + at);
        }
        at += count;
      }
      const read = await loaded.run(steps, words);
      let from = 0;
      return calls.read.map(({ shape, dtype }) => {
        const count = elementCount(shape);
        const numbers = new Int32Array(steps * count);
        for (let step = 0; step < steps; step++) {
          const begin = step * plan.readWords + from;
          numbers.set(read.subarray(begin, begin + count), step * count);
        }
        from += count;
        return dtype === "int32" ? numbers : new Float32Array(numbers.buffer);
      });
    },
  };
}
