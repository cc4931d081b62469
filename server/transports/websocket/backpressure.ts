/**
 * Backpressure of a WebSocket: while much waits for a client, senders wait as well, which pauses its subscriptions.
 * A client that reads nothing for long, or causes ever more messages meanwhile, is disconnected.
 */
import { BACKPRESSURE_POLL_MS, MAX_BACKPRESSURE_POLL_MS } from "../../timeouts.ts";

/** Sends a message. Resolves when there is room for the next. */
export type BackpressuredSocket = (message: string) => Promise<void>;

/** The part of a socket that sending needs. */
export type SendingSocket = Pick<WebSocket, "readyState" | "bufferedAmount"> & {
  send(message: string): void;
};

/** Limits of a slow client. */
export interface BackpressureOptions {
  /** Longest time that it may leave pending messages unread. */
  readonly stallMs: number;
  /** Maximum number of messages that wait for room. */
  readonly maxWaiting: number;
  /**
   * Called once, when the client exceeds a limit or the socket is found closed: Deno fires `close` only after the
   * client has read everything that was buffered.
   */
  onGone(): void;
}

/** Bytes that may wait for a slow client. Beyond them, its subscriptions pause. */
const MAX_BUFFERED_BYTES = 256 * 1024;

/** Creates the sending side of a socket. */
export function createBackpressuredSocket(
  socket: SendingSocket,
  { stallMs, maxWaiting, onGone }: BackpressureOptions,
): BackpressuredSocket {
  let waiting = 0;
  let isGone = false;
  /** One poll of the buffer serves every message that waits. */
  let drained: Promise<void> | undefined;

  function disconnect(): void {
    if (isGone) return;
    isGone = true;
    onGone();
  }

  function isFull(): boolean {
    if (socket.readyState !== WebSocket.OPEN) disconnect();
    return !isGone && socket.bufferedAmount > MAX_BUFFERED_BYTES;
  }

  async function drain(): Promise<void> {
    let left = socket.bufferedAmount;
    let readAt = performance.now();
    let pause = BACKPRESSURE_POLL_MS;
    while (isFull()) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      const now = performance.now();
      if (socket.bufferedAmount < left) [readAt, pause] = [now, BACKPRESSURE_POLL_MS];
      else pause = Math.min(MAX_BACKPRESSURE_POLL_MS, 2 * pause);
      left = socket.bufferedAmount;
      if (now - readAt >= stallMs) disconnect();
    }
    drained = undefined;
  }

  return async (message) => {
    if (!isGone && socket.readyState === WebSocket.OPEN) socket.send(message);
    if (!isFull()) return;
    waiting++;
    if (waiting > maxWaiting) disconnect();
    await (drained ??= drain());
    waiting--;
  };
}
