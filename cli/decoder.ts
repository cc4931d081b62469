/**
 * The decoder process: reads an image file from stdin and writes the pixels that a dataset's preprocessing makes of it.
 * It may read and load the decoder, and nothing else. Started by imports/decoder_process.ts.
 */
import { decodeImage } from "../data/images/decode.ts";
import { preprocess, type Preprocessing } from "../data/images/preprocessing.ts";
import { REFUSED } from "../imports/decoder_process.ts";

const preprocessing = JSON.parse(Deno.args[0] ?? "null") as Preprocessing;
const file = new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer());
try {
  const pixels = preprocess(await decodeImage(file), preprocessing);
  for (let at = 0; at < pixels.length;) at += Deno.stdout.writeSync(pixels.subarray(at));
} catch (error) {
  if (!(error instanceof RangeError)) throw error;
  console.error(error.message);
  Deno.exit(REFUSED);
}
