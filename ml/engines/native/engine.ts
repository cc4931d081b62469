/** The native engine: kernels of this project, on the CPU. It finds out which instructions the processor knows. */
import { kernelsFile } from "../../../native/paths.ts";
import type { DeviceInfo } from "../../device.ts";
import type { Engine } from "../engine.ts";
import { describeProcessor } from "../processor.ts";
import { machineMemory, mustFit } from "./memory_limit.ts";
import { type Level, LEVELS, loadLibrary, NativeEngineError } from "./library.ts";
import { openSession } from "./session.ts";

/** Options of the engine. */
export interface NativeOptions {
  /** Threads; as many as the machine has, if absent. The numbers do not depend on it. */
  readonly threads?: number | undefined;
  /** The instructions to use; the fastest that the processor knows, if absent. Other ones give other last bits. */
  readonly level?: Level | undefined;
  /** Bytes that a training may take; as many as the machine has, if absent. */
  readonly memoryBytes?: number | undefined;
  /** Path of the library; where set-up has put it, if absent. */
  readonly library?: string | undefined;
}

/** The version of the kernels' numbers: another one may give other last bits. */
const NUMBERS_VERSION = 9;

const NAMES = { avx512: "AVX-512", avx2: "AVX2", plain: "plain" } as const satisfies Record<
  Level,
  string
>;

/**
 * Loads the engine.
 *
 * @throws {RangeError} if threads is not a whole number of at least 1
 * @throws {NativeEngineError} if it is not set up, or the processor lacks the instructions
 */
export function openNative(
  {
    threads = navigator.hardwareConcurrency,
    level,
    library: path = kernelsFile(),
    memoryBytes = machineMemory(),
  }: NativeOptions = {},
): Engine {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(
      `Cannot train with ${threads} threads: threads must be a whole number of at least 1.`,
    );
  }
  const library = loadLibrary(path);
  const chosen = level ?? library.levels[0] ?? "plain";
  if (!library.levels.includes(chosen)) {
    throw new NativeEngineError(
      `Cannot train with ${NAMES[chosen]}: the processor must know these instructions, got ${
        LEVELS.filter((each) => library.levels.includes(each)).map((each) => NAMES[each]).join(", ")
      }.`,
    );
  }
  const device: DeviceInfo = { kind: "CPU", name: describeProcessor(threads), available: true };
  return {
    device,
    prepare: (plan) =>
      Promise.try(() =>
        openSession(plan, {
          device: `${device.kind} (${device.name})`,
          engine: `Native ${NUMBERS_VERSION} (${NAMES[chosen]})`,
          open: (stateFloats) => library.open(chosen, threads, stateFloats),
          check: (memory, stateFloats) => mustFit(memory, { threads, stateFloats, memoryBytes }),
        })
      ),
  };
}
