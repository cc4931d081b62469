/** The thread of thread.ts: keeps the networks that were last asked for, and classifies, one request after the other. */
import { parentPort } from "node:worker_threads";
import { errorMessage } from "../../../lib/error_message.ts";
import { readCheckpoint } from "../../checkpoint/checkpoint.ts";
import { CheckpointError } from "../../checkpoint/error.ts";
import { type LoadedNetwork, loadNetwork } from "./network.ts";
import type { ClassifyAnswer, ClassifyRequest } from "./thread.ts";

/** The largest has 5 MB of weights. */
const KEPT = 8;

/** By digest; the one that was asked for last is the last. */
const networks = new Map<string, LoadedNetwork>();

let working = Promise.resolve();

parentPort?.on("message", (request: ClassifyRequest) => {
  working = working.then(async () => parentPort?.postMessage(await answer(request)));
});

async function answer(
  { number, sha256, samples, path }: ClassifyRequest,
): Promise<ClassifyAnswer> {
  try {
    const network = networks.get(sha256) ?? (path === undefined ? undefined : await load(path));
    if (!network) return { number, kind: "unknown" };
    keep(sha256, network);
    return { number, kind: "classified", classified: network.classify(samples) };
  } catch (error) {
    const reason = error instanceof CheckpointError ? error.kind : undefined;
    return { number, kind: "failed", message: errorMessage(error), reason };
  }

  async function load(path: string): Promise<LoadedNetwork> {
    const { spec, state } = await readCheckpoint(path, { sha256 });
    return await loadNetwork(spec.network, state);
  }
}

function keep(sha256: string, network: LoadedNetwork): void {
  networks.delete(sha256);
  networks.set(sha256, network);
  for (const [oldest, { dispose }] of networks) {
    if (networks.size <= KEPT) return;
    networks.delete(oldest);
    dispose();
  }
}
