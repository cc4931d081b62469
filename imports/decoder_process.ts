/** Brings an image that a client sends to a dataset's form, in a process of its own: native code decodes it. */
import { fileURLToPath } from "node:url";
import type { Preprocessing } from "../data/images/preprocessing.ts";
import { ImageError } from "./error.ts";
import { decoderPermissions } from "./permissions.ts";
import { childEnvironment } from "../lib/process/environment.ts";
import { DECODE_TIMEOUT_MS } from "./timeouts.ts";

/** Exit code of a decoder whose image is refused; its stderr says why. */
export const REFUSED = 3;

/** The largest heap of a decoder in MB: pixels are beside it. */
const MAX_HEAP_MB = 256;

/** The number of decoders side by side. */
const MAX_DECODERS = 4;

let running = 0;

/**
 * Decodes an image and brings it to a dataset's colour and size.
 *
 * @returns pixels [height, width, channels]
 * @throws {ImageError} whose message completes 'Cannot predict: image …'
 */
export async function preprocessImage(
  image: Uint8Array,
  preprocessing: Preprocessing,
): Promise<Uint8Array> {
  if (running >= MAX_DECODERS) {
    throw new ImageError(`is one too many: ${MAX_DECODERS} are being decoded. Send it again.`);
  }
  running++;
  try {
    return await decode(image, preprocessing);
  } finally {
    running--;
  }
}

async function decode(image: Uint8Array, preprocessing: Preprocessing): Promise<Uint8Array> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--cached-only",
      `--v8-flags=--max-old-space-size=${MAX_HEAP_MB}`,
      ...decoderPermissions(),
      fileURLToPath(new URL("../cli/decoder.ts", import.meta.url)),
      JSON.stringify(preprocessing),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    clearEnv: true,
    env: childEnvironment(),
    signal: AbortSignal.timeout(DECODE_TIMEOUT_MS),
  }).spawn();
  const sending = (async () => {
    const writer = child.stdin.getWriter();
    await writer.write(new Uint8Array(image));
    await writer.close();
  })().catch(() => {}); // It has ended before it read all.
  const { code, stdout, stderr } = await child.output();
  await sending;
  if (code === 0) return stdout;
  const said = new TextDecoder().decode(stderr).trim();
  if (code === REFUSED) throw new ImageError(said);
  console.error(said);
  throw new ImageError("cannot be decoded: the decoder has died. Send another one.");
}
