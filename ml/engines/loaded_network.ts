/** Trained networks whose weights are loaded, in any engine. */
import type { Inferred } from "../metrics.ts";
import type { Network } from "../network/network.ts";
import type { StateArray } from "../state.ts";

/** A network whose weights are loaded. */
export interface LoadedNetwork {
  /**
   * Classifies samples.
   *
   * @param samples pixels 0..255, [count, height, width, channels]; vectors [count, features]
   * @throws {RangeError} if they are not whole samples
   */
  classify(samples: Uint8Array | Float32Array): Inferred | Promise<Inferred>;
  /** Counts the bytes of memory that it has taken so far. */
  bytes(): number;
  /** Frees its weights. */
  dispose(): void;
}

/**
 * Loads weights into a network.
 *
 * @param state as Session.readState() and checkpoints give it; optimizer state is ignored
 * @throws {RangeError} if an array is missing
 */
export type LoadNetwork = (
  network: Network,
  state: readonly StateArray[],
) => LoadedNetwork | Promise<LoadedNetwork>;
