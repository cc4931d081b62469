/**
 * The thread of thread.ts: decodes requested files. Requests run side by side where the decoder has threads of its own.
 */
/// <reference lib="deno.worker" />
import { decodeImage } from "../../data/images/decode.ts";
import { channelsOf, preprocess, type Preprocessing } from "../../data/images/preprocessing.ts";
import type { Image } from "../../data/tensor.ts";
import { joinBytes } from "../../lib/bytes.ts";
import type { Decoded, DecodingAnswer, DecodingRequest } from "./thread.ts";

self.onmessage = async ({ data }: MessageEvent<DecodingRequest>) => {
  const { number, files, lengths, preprocessing } = data;
  const decoded: Decoded[] = [];
  let at = 0;
  for (const length of lengths) {
    decoded.push(await decode(files.subarray(at, at += length), preprocessing));
  }
  const pixels = joinBytes(decoded.flatMap((file) => "problem" in file ? [] : [file.pixels]));
  const answer = {
    number,
    pixels,
    files: decoded.map((file) => "problem" in file ? file : { shape: file.shape }),
  };
  self.postMessage(answer satisfies DecodingAnswer, [pixels.buffer]);
};

async function decode(file: Uint8Array, wanted: Preprocessing | undefined): Promise<Decoded> {
  let image: Image;
  try {
    image = await decodeImage(file);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { problem: error.message };
  }
  if (!wanted) return image;
  const shape = [wanted.height, wanted.width, channelsOf(wanted.color)] as const;
  return { shape, pixels: preprocess(image, wanted) };
}
