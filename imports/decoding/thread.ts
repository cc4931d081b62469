/**
 * Decodes image files in a thread of its own, many at a time, while the importer reads the next ones and writes the
 * last ones. It alone loads the decoder.
 */
import type { Preprocessing } from "../../data/images/preprocessing.ts";
import type { Image } from "../../data/tensor.ts";
import { joinBytes } from "../../lib/bytes.ts";

/** Files to decode, in one array: many of their own would take longer to send. */
export interface DecodingRequest {
  readonly number: number;
  readonly files: Uint8Array<ArrayBuffer>;
  readonly lengths: readonly number[];
  /** Undefined for images as they are. */
  readonly preprocessing: Preprocessing | undefined;
}

/** A decoded image, or the end of the sentence 'Cannot use FILE: it …'. */
export type Decoded = Image | { readonly problem: string };

/** Decoded files in the order of the request, with the pixels of all in one array. */
export interface DecodingAnswer {
  readonly number: number;
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly files: readonly (Pick<Image, "shape"> | { readonly problem: string })[];
}

/** A thread that decodes. */
export interface DecodingThread {
  /**
   * Decodes files.
   *
   * @param preprocessing brings them to its colour and size; undefined for images as they are
   */
  decode(
    files: readonly Uint8Array[],
    preprocessing: Preprocessing | undefined,
  ): Promise<readonly Decoded[]>;
  close(): void;
}

/** Starts a thread. */
export function startDecoding(): DecodingThread {
  // Deno's own: a thread of node:worker_threads looks at each byte of an array that it receives.
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const open = new Map<number, PromiseWithResolvers<readonly Decoded[]>>();
  let requests = 0;
  let death: Error | undefined;
  worker.onmessage = ({ data }: MessageEvent<DecodingAnswer>) => {
    open.get(data.number)?.resolve(unpack(data));
    open.delete(data.number);
  };
  worker.onerror = (event) => {
    // Otherwise it ends the process.
    event.preventDefault();
    death = new Error(event.message);
    for (const { reject } of open.values()) reject(death);
    open.clear();
  };
  return {
    decode(files, preprocessing) {
      if (death) return Promise.reject(death);
      const number = ++requests;
      const answer = Promise.withResolvers<readonly Decoded[]>();
      open.set(number, answer);
      const packed = joinBytes(files);
      const lengths = files.map(({ length }) => length);
      worker.postMessage(
        { number, files: packed, lengths, preprocessing } satisfies DecodingRequest,
        [packed.buffer],
      );
      return answer.promise;
    },
    close: () => worker.terminate(),
  };
}

function unpack({ pixels, files }: DecodingAnswer): readonly Decoded[] {
  let at = 0;
  return files.map((file) => {
    if ("problem" in file) return file;
    const [height, width, channels] = file.shape;
    const end = at + height * width * channels;
    const image = { ...file, pixels: pixels.subarray(at, end) };
    at = end;
    return image;
  });
}
