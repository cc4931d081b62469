/** Trained networks in the native engine, for a process that only predicts. */
import { elementCount } from "../../graph/tensor.ts";
import type { Inferred } from "../../metrics.ts";
import { type Network, parameterLayouts } from "../../network/network.ts";
import type { StateArray } from "../../state.ts";
import { countSamples } from "../checks.ts";
import type { LoadedNetwork } from "../loaded_network.ts";
import { networkVariables, valuesInside } from "../state_variables.ts";
import { type LoadedGraph, loadGraph } from "./compile.ts";
import { type Level, type Library, type Machine, NativeEngineError } from "./library.ts";
import { bytesNeeded } from "./memory_limit.ts";
import { compilePrediction, placeVariables, type StateLayout } from "./program.ts";

/** The machine's side of a network. */
export interface NetworkOptions {
  readonly library: Library;
  readonly threads: number;
  /** Bytes that the network may take. */
  readonly memoryBytes: number;
  /** The instructions to use; the fastest that the processor knows, if absent. */
  readonly level?: Level | undefined;
}

/**
 * Sizes of batches that plans are made for, the largest first: more samples at a time are no faster, and the last ones
 * are filled up with zeros.
 */
const BATCHES = [32, 8, 1] as const;

/**
 * Loads weights into a network. Plans are made for the sizes of batches that come.
 *
 * @param state as Session.readState() and checkpoints give it; optimizer state is ignored
 * @throws {RangeError} if an array is missing
 * @throws {NativeEngineError} if a single sample needs more memory than the network may take
 */
export function loadNetwork(
  network: Network,
  state: readonly StateArray[],
  { library, threads, memoryBytes, level = library.levels[0] ?? "plain" }: NetworkOptions,
): LoadedNetwork {
  const layout = placeVariables(networkVariables(network));
  const machine = library.open(level, threads, layout.floats, { isBlocking: true });
  try {
    writeWeights(machine, network, layout, state);
    const plans = planner(machine, network, layout, { threads, memoryBytes });
    return {
      classify: (samples) => classify(network, samples, plans.largest),
      bytes: plans.bytes,
      dispose: () => machine.close(),
    };
  } catch (error) {
    machine.close();
    throw error;
  }
}

function writeWeights(
  machine: Machine,
  network: Network,
  { variables }: StateLayout,
  state: readonly StateArray[],
): void {
  const layouts = parameterLayouts(network);
  const given = new Map(state.map(({ name, values }) => [name, values]));
  for (const variable of variables) {
    if (!given.has(variable.name)) {
      throw new RangeError(`Cannot load ${network.name}: there is no array '${variable.name}'.`);
    }
    machine.write(variable.offset, valuesInside(variable, layouts, given));
  }
}

/** A plan for batches of one size. */
interface BatchPlan {
  readonly size: number;
  readonly graph: LoadedGraph;
}

/** Makes plans as they are needed. */
function planner(
  machine: Machine,
  network: Network,
  layout: StateLayout,
  { threads, memoryBytes }: Pick<NetworkOptions, "threads" | "memoryBytes">,
) {
  const plans = new Map<number, LoadedGraph | undefined>();
  let taken = 4 * layout.floats;
  /** Returns undefined if there is too little memory for it. */
  const planOf = (size: number): LoadedGraph | undefined => {
    if (plans.has(size)) return plans.get(size);
    const compiled = compilePrediction(
      network,
      layout,
      size,
      ({ predicted, probabilities, output }) => [predicted, probabilities, output],
    );
    const bytes = bytesNeeded(compiled.memory, { threads, stateFloats: layout.floats });
    const plan = bytes <= memoryBytes ? loadGraph(compiled, machine) : undefined;
    if (plan) taken = Math.max(taken, bytes);
    else if (size === 1) {
      throw new NativeEngineError(
        `Cannot predict by this network: its memory must be at most ${memoryBytes} bytes, got ${bytes}.`,
      );
    }
    plans.set(size, plan);
    return plan;
  };
  return {
    bytes: () => taken,
    /** Returns the plan for the next batch of so many samples that are left. */
    largest(left: number): BatchPlan {
      const fitting = BATCHES.find((size) => size <= left && planOf(size)) ?? 1;
      const graph = planOf(fitting);
      if (!graph) throw new RangeError(`Cannot predict in batches of ${fitting}.`);
      return { size: fitting, graph };
    },
  };
}

async function classify(
  network: Network,
  samples: Uint8Array | Float32Array,
  planFor: (left: number) => BatchPlan,
): Promise<Inferred> {
  const size = elementCount(network.inputShape);
  const count = countSamples(network, samples, "classify");
  const predicted = new Int32Array(count);
  let [probabilities, logits] = [new Float32Array(), new Float32Array()];
  for (let begin = 0; begin < count;) {
    const { size: batch, graph } = planFor(count - begin);
    const pixels = new Float32Array(
      samples.subarray(begin * size, (begin + batch) * size),
    );
    const [classes = [], exponents = [], outputs = []] = await graph.run(1, { pixels });
    const width = outputs.length / batch;
    if (begin === 0) {
      probabilities = new Float32Array(count * width);
      logits = new Float32Array(count * width);
    }
    predicted.set(classes, begin);
    probabilities.set(exponents, begin * width);
    logits.set(outputs, begin * width);
    begin += batch;
  }
  return { predicted, probabilities, logits };
}
