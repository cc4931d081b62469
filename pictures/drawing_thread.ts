/**
 * svgToPng() and svgToPdf() in a thread of its own, so that the event loop is not blocked: a picture of 20 samples
 * takes 0.1 s. The thread starts with the first picture and ends after a while without any, which frees its memory. It
 * does not keep the process alive, and is replaced when a picture is stuck in it.
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

/** Thrown if too many pictures are pending. */
export class TooManyPicturesError extends Error {
  override readonly name = "TooManyPicturesError";
}

/** Drawing in a thread. */
export interface Drawer {
  /**
   * Draws a picture.
   *
   * @throws {TooManyPicturesError}
   * @throws if the text is not SVG, or if no picture was finished for `stuckMs`
   */
  draw(svg: string, as: Drawing): Promise<Uint8Array<ArrayBuffer>>;
}

/** Inputs of a drawer. */
export interface DrawerOptions {
  /** Module of the thread, which answers each DrawingRequest with a DrawingAnswer. */
  readonly module: URL;
  /** Time without pending pictures after which the thread ends. */
  readonly idleMs: number;
  /**
   * Time without an answer after which the thread is stuck: its oldest picture fails, a new thread draws the others.
   */
  readonly stuckMs: number;
  /** Maximum number of pending pictures: a picture takes up to 0.1 s, and its text memory. */
  readonly maxPending: number;
}

interface Picture extends PromiseWithResolvers<Uint8Array<ArrayBuffer>> {
  readonly request: DrawingRequest;
}

interface Thread {
  readonly worker: Worker;
  /** Pending pictures by number, the oldest first. */
  readonly open: Map<number, Picture>;
  timer?: NodeJS.Timeout;
}

const drawer = createDrawer({
  module: new URL("./drawing_worker.ts", import.meta.url),
  idleMs: 5_000,
  stuckMs: 30_000,
  maxPending: 256,
});

/**
 * Renders an SVG picture as svgToPng() does, without blocking this thread.
 *
 * @throws as Drawer.draw() does
 */
export function drawPng(svg: string, scale = 2): Promise<Uint8Array<ArrayBuffer>> {
  return drawer.draw(svg, { format: "png", scale });
}

/**
 * Converts an SVG picture as svgToPdf() does, without blocking this thread.
 *
 * @throws as Drawer.draw() does
 */
export function drawPdf(svg: string): Promise<Uint8Array<ArrayBuffer>> {
  return drawer.draw(svg, { format: "pdf" });
}

/** Creates a drawer; its thread starts with the first picture. */
export function createDrawer({ module, idleMs, stuckMs, maxPending }: DrawerOptions): Drawer {
  let thread: Thread | undefined;
  let pictures = 0;

  function send(picture: Picture): void {
    const { worker, open } = thread ??= start();
    open.set(picture.request.number, picture);
    worker.ref();
    worker.postMessage(picture.request);
  }

  function start(): Thread {
    const worker = new Worker(module);
    const started: Thread = { worker, open: new Map() };
    const { open } = started;
    worker.on("message", ({ number, file, error }: DrawingAnswer) => {
      const picture = open.get(number);
      open.delete(number);
      if (file) picture?.resolve(file);
      else picture?.reject(new Error(error));
      watch(started);
    });
    worker.on("error", (error) => fail(started, error));
    worker.on("exit", (code) => {
      fail(started, new Error(`The thread that draws pictures ended with exit code ${code}.`));
    });
    return started;
  }

  /** Waits for the next answer or, without pending pictures, for the thread's end. */
  function watch(watched: Thread): void {
    clearTimeout(watched.timer);
    if (watched.open.size > 0) {
      watched.timer = setTimeout(() => replace(watched), stuckMs);
      return;
    }
    watched.worker.unref();
    watched.timer = setTimeout(() => stop(watched), idleMs).unref();
  }

  function replace(stuck: Thread): void {
    const [oldest, ...others] = stuck.open.values();
    stuck.open.clear();
    stop(stuck);
    oldest?.reject(new Error(`Cannot draw the picture: it took more than ${stuckMs / 1000} s.`));
    for (const picture of others) send(picture);
    if (thread) watch(thread);
  }

  function fail(failed: Thread, error: unknown): void {
    clearTimeout(failed.timer);
    if (thread === failed) thread = undefined;
    for (const picture of failed.open.values()) picture.reject(error);
    failed.open.clear();
  }

  function stop(stopped: Thread): void {
    if (thread === stopped) thread = undefined;
    stopped.worker.terminate();
  }

  return {
    draw(svg, as) {
      if (thread && thread.open.size >= maxPending) {
        const reason = `Cannot draw the picture: at most ${maxPending} may be drawn at a time, ` +
          "got one more. Ask again in a few seconds.";
        return Promise.reject(new TooManyPicturesError(reason));
      }
      const request = { number: ++pictures, svg, as };
      const picture: Picture = { ...Promise.withResolvers(), request };
      const isFirst = !thread || thread.open.size === 0;
      send(picture);
      if (isFirst && thread) watch(thread);
      return picture.promise;
    },
  };
}
