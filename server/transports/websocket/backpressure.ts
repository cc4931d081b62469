/**
 * What is sent to a WebSocket, at its client's pace. While much waits for a client, whoever sends waits as well, which
 * holds its subscriptions back. A client that takes nothing for long, or asks for ever more meanwhile, is given up.
 */

/** Sends a message. Resolves when there is room for the next. */
export type BackpressuredSocket = (message: string) => Promise<void>;

/** What is needed of a socket. */
export type SendingSocket = Pick<WebSocket, "readyState" | "bufferedAmount"> & {
  send(message: string): void;
};

/** When a client is given up. */
export interface BackpressureOptions {
  /** After how long that it took nothing, though something waits for it. */
  readonly stallMs: number;
  /** With more messages than this that wait for room. */
  readonly mostWaiting: number;
  /**
   * Called once, when a client is given up or something is to be sent to a socket that is no more open: Deno tells of the
   * end of one only when the client has taken all that waited for it.
   */
  onGone(): void;
}

/** Bytes that may wait for a slow client. Beyond, its subscriptions are not read on. */
const MAX_BUFFERED_BYTES = 256 * 1024;

/** Deno tells nobody when a socket's buffer empties. The longer nothing of it goes, the rarer it is looked at. */
const FIRST_LOOK_MS = 20;
const LONGEST_LOOK_MS = 500;

/** Makes the outlet of a socket. */
export function createBackpressuredSocket(
  socket: SendingSocket,
  { stallMs, mostWaiting, onGone }: BackpressureOptions,
): BackpressuredSocket {
  let waiting = 0;
  let isGone = false;
  /** However many wait, one looks. */
  let drained: Promise<void> | undefined;

  function giveUp(): void {
    if (isGone) return;
    isGone = true;
    onGone();
  }

  /** Whether there is somebody who is behind. */
  function isBehind(): boolean {
    if (socket.readyState !== WebSocket.OPEN) giveUp();
    return !isGone && socket.bufferedAmount > MAX_BUFFERED_BYTES;
  }

  async function drain(): Promise<void> {
    let left = socket.bufferedAmount;
    let takenAt = performance.now();
    let pause = FIRST_LOOK_MS;
    while (isBehind()) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      const now = performance.now();
      if (socket.bufferedAmount < left) [takenAt, pause] = [now, FIRST_LOOK_MS];
      else pause = Math.min(LONGEST_LOOK_MS, 2 * pause);
      left = socket.bufferedAmount;
      if (now - takenAt >= stallMs) giveUp();
    }
    drained = undefined;
  }

  return async (message) => {
    if (!isGone && socket.readyState === WebSocket.OPEN) socket.send(message);
    if (!isBehind()) return;
    waiting++;
    if (waiting > mostWaiting) giveUp();
    await (drained ??= drain());
    waiting--;
  };
}
