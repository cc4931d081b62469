/**
 * Classifying by checkpoints outside of the thread that asks: in a thread or a process that keeps the networks that
 * were last asked for. A request names a checkpoint by its digest; the other side asks for the file if it does not have
 * it.
 */
import { errorMessage } from "../../lib/error_message.ts";
import { readCheckpoint } from "../checkpoint/checkpoint.ts";
import { CheckpointError, type CheckpointErrorKind } from "../checkpoint/error.ts";
import type { Inferred } from "../metrics.ts";
import type { LoadedNetwork, LoadNetwork } from "./loaded_network.ts";

/** A checkpoint that can be brought onto this machine. */
export interface CheckpointSource {
  /** Of the whole file, hexadecimal. */
  readonly sha256: string;
  /** Lends the file; it may be gone as soon as `use` is done. */
  lend<T>(use: (path: string) => Promise<T>): Promise<T>;
}

/** Classifies by checkpoints. */
export interface Classifier {
  /**
   * @param samples pixels 0..255, [count, height, width, channels], or vectors [count, features]; the other side does
   * nothing else until it is done with them
   * @throws {CheckpointError} if the checkpoint cannot be had or read
   * @throws {RangeError} if they are not whole samples
   */
  classify(
    checkpoint: CheckpointSource,
    samples: Uint8Array | Float32Array,
  ): Promise<Inferred>;
  /** Ends the other side. What it has not answered fails. */
  close(): void;
}

/** A request to the other side. */
export interface ClassifyRequest {
  /** The checkpoint's digest, by which the other side knows whether it has it. */
  readonly sha256: string;
  readonly samples: Uint8Array | Float32Array;
  /** Path of the checkpoint, after the other side replied that it does not have it. */
  readonly path?: string | undefined;
}

/** The reason of a failure, beside those of checkpoints: the samples, or the engine that cannot run this network. */
export type FailureReason = CheckpointErrorKind | "samples" | "engine";

/** A reply: the samples' classes, a request for the checkpoint, or an error. */
export type ClassifyAnswer =
  | { readonly kind: "classified"; readonly classified: Inferred }
  | { readonly kind: "unknown" }
  | { readonly kind: "failed"; readonly message: string; readonly reason: FailureReason };

/** Thrown if an engine cannot run a network; another one may. */
export class EngineError extends Error {
  override readonly name = "EngineError";
}

/**
 * Classifies by asking the other side.
 *
 * @throws {CheckpointError} if the checkpoint cannot be had or read
 * @throws {RangeError} if the samples are not whole ones
 * @throws {EngineError} if the engine cannot run the network
 */
export async function classifyBy(
  ask: (request: ClassifyRequest) => Promise<ClassifyAnswer>,
  { sha256, lend }: CheckpointSource,
  samples: Uint8Array | Float32Array,
): Promise<Inferred> {
  const first = await ask({ sha256, samples });
  const answer = first.kind === "unknown"
    ? await lend((path) => ask({ sha256, samples, path }))
    : first;
  switch (answer.kind) {
    case "classified":
      return answer.classified;
    case "failed":
      throw errorOf(answer.reason, answer.message);
    case "unknown":
      throw new Error("Cannot classify: the checkpoint was given, and is unknown.");
    default:
      return answer satisfies never;
  }
}

function errorOf(reason: FailureReason, message: string): Error {
  if (reason === "samples") return new RangeError(message);
  if (reason === "engine") return new EngineError(message);
  return new CheckpointError(reason, message);
}

/** The other side: answers requests, one after the other. */
export type Responder = (request: ClassifyRequest) => Promise<ClassifyAnswer>;

/** The most networks that are kept. */
const MAX_KEPT = 8;

/** The most memory that they take together, in bytes, if there are several. */
const MAX_KEPT_BYTES = 512_000_000;

/**
 * Makes the other side, which keeps the networks that were last asked for.
 *
 * @param isEngineError tells errors of an engine that cannot run a network
 */
export function createResponder(
  load: LoadNetwork,
  isEngineError: (error: unknown) => boolean = () => false,
): Responder {
  /** By digest; the one that was asked for last is the last. */
  const networks = new Map<string, LoadedNetwork>();
  let working: Promise<unknown> = Promise.resolve();

  async function answer({ sha256, samples, path }: ClassifyRequest): Promise<ClassifyAnswer> {
    try {
      const network = networks.get(sha256) ?? (path === undefined ? undefined : await read(path));
      if (!network) return { kind: "unknown" };
      networks.delete(sha256);
      networks.set(sha256, network);
      return { kind: "classified", classified: await network.classify(samples) };
    } catch (error) {
      return { kind: "failed", message: errorMessage(error), reason: reasonOf(error) };
    } finally {
      prune();
    }

    async function read(path: string): Promise<LoadedNetwork> {
      const { spec, state } = await readCheckpoint(path, { sha256 });
      return await load(spec.network, state);
    }
  }

  function reasonOf(error: unknown): FailureReason {
    if (error instanceof CheckpointError) return error.kind;
    return isEngineError(error) ? "engine" : "samples";
  }

  /** Frees the networks that were not asked for the longest. */
  function prune(): void {
    let bytes = [...networks.values()].reduce((sum, network) => sum + network.bytes(), 0);
    for (const [oldest, network] of networks) {
      const fits = networks.size <= MAX_KEPT && bytes <= MAX_KEPT_BYTES;
      if (fits || networks.size === 1) return;
      networks.delete(oldest);
      bytes -= network.bytes();
      network.dispose();
    }
  }

  return (request) => {
    const answered = working.then(() => answer(request));
    working = answered;
    return answered;
  };
}
