/**
 * svgToPng() and svgToPdf() in a thread of its own, so that the event loop is not blocked: a picture of 20 samples takes 0.1 s.
 * The thread starts with the first picture and ends after a while without any, which frees its memory. It does not
 * keep the process alive.
 */
import { clearTimeout, setTimeout } from "node:timers";
import { Worker } from "node:worker_threads";

/** File to draw. */
export type Drawing =
  | { readonly format: "png"; readonly scale: number }
  | { readonly format: "pdf" };

/** Request to the thread. */
export interface DrawingRequest {
  readonly number: number;
  readonly svg: string;
  readonly as: Drawing;
}

/** Reply of the thread: a file, or an error. */
export interface DrawingAnswer {
  readonly number: number;
  readonly file?: Uint8Array<ArrayBuffer>;
  readonly error?: string;
}

type Picture = PromiseWithResolvers<Uint8Array<ArrayBuffer>>;

interface Thread {
  readonly worker: Worker;
  /** Pending pictures, by number. */
  readonly open: Map<number, Picture>;
  end?: NodeJS.Timeout;
}

const IDLE_MS = 5_000;

let thread: Thread | undefined;
let pictures = 0;

/**
 * Renders an SVG picture as svgToPng() does, without blocking this thread.
 *
 * @throws if the text is not SVG
 */
export function drawPng(svg: string, scale = 2): Promise<Uint8Array<ArrayBuffer>> {
  return draw(svg, { format: "png", scale });
}

/**
 * Converts an SVG picture as svgToPdf() does, without blocking this thread.
 *
 * @throws if the text is not SVG
 */
export function drawPdf(svg: string): Promise<Uint8Array<ArrayBuffer>> {
  return draw(svg, { format: "pdf" });
}

function draw(svg: string, as: Drawing): Promise<Uint8Array<ArrayBuffer>> {
  const { worker, open, end } = thread ??= startThread();
  clearTimeout(end);
  worker.ref();
  const number = ++pictures;
  const picture: Picture = Promise.withResolvers();
  open.set(number, picture);
  worker.postMessage({ number, svg, as } satisfies DrawingRequest);
  return picture.promise;
}

function startThread(): Thread {
  const worker = new Worker(new URL("./drawing_worker.ts", import.meta.url));
  const started: Thread = { worker, open: new Map() };
  const { open } = started;
  const forget = () => {
    if (thread === started) thread = undefined;
  };
  worker.on("message", ({ number, file, error }: DrawingAnswer) => {
    const picture = open.get(number);
    open.delete(number);
    if (file) picture?.resolve(file);
    else picture?.reject(new Error(error));
    if (open.size > 0) return;
    worker.unref();
    started.end = setTimeout(() => {
      forget();
      worker.terminate();
    }, IDLE_MS).unref();
  });
  worker.on("error", (error) => {
    forget();
    for (const picture of open.values()) picture.reject(error);
    open.clear();
  });
  return started;
}
