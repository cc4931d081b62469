/**
 * The predictor process: takes requests from stdin, classifies by checkpoints in the native engine, and answers on
 * stdout (runs/predictor/protocol.ts). It may load that engine's library and read the checkpoints that are lent to it,
 * and nothing else. Started by servers.
 */
import { writeAll } from "../lib/bytes.ts";
import { errorMessage } from "../lib/error_message.ts";
import { readFrames } from "../lib/process/frames.ts";
import { createResponder } from "../ml/engines/classifier.ts";
import { type Library, loadLibrary, NativeEngineError } from "../ml/engines/native/library.ts";
import { loadNetwork } from "../ml/engines/native/network.ts";
import { decodeRequest, encodeAnswer, encodeUnavailable } from "../runs/predictor/protocol.ts";

/** The most memory of a network beside its file, in bytes. */
const MEMORY_BYTES = 2_000_000_000;

/** The most threads: the machine also trains. */
const MAX_THREADS = 4;

// Stdout is for answers; libraries print to stderr instead.
console.log = console.info = console.debug = console.error;

const library = await load(Deno.args[0] ?? "");
const threads = Math.min(MAX_THREADS, Math.max(1, Math.floor(navigator.hardwareConcurrency / 2)));
const respond = createResponder(
  (network, state) => loadNetwork(network, state, { library, threads, memoryBytes: MEMORY_BYTES }),
  (error) => error instanceof NativeEngineError,
);
const output = Deno.stdout.writable.getWriter();

for await (const frame of readFrames(Deno.stdin.readable)) {
  const { number, request } = decodeRequest(frame);
  void respond(request).then((answer) => output.write(encodeAnswer(number, answer)));
}
// The server has died, or needs this process no more.
Deno.exit(0);

async function load(path: string): Promise<Library> {
  try {
    return loadLibrary(path);
  } catch (error) {
    await writeAll(Deno.stdout, encodeUnavailable(errorMessage(error)));
    Deno.exit(0);
  }
}
