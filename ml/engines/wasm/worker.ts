/** The thread of thread.ts: classifies, one request after the other. */
import { parentPort } from "node:worker_threads";
import { createResponder } from "../classifier.ts";
import { loadNetwork } from "./network.ts";
import { fromSent } from "./sent_array.ts";
import type { NumberedAnswer, NumberedRequest } from "./thread.ts";

const respond = createResponder(loadNetwork);

parentPort?.on("message", async ({ number, request, samples }: NumberedRequest) => {
  const answer = await respond({ ...request, samples: fromSent(samples) });
  parentPort?.postMessage({ number, answer } satisfies NumberedAnswer);
});
