/** Event streams of graphql-sse's single connection mode: each is reserved, opened once, and gone with its client. */
import { type Client, keyOf } from "../../http/client.ts";
import { refuse } from "../../http/errors.ts";
import type { ToPublic } from "../../graphql/mask_errors.ts";
import { type StreamOptions, streamResponse } from "../result_stream.ts";
import { messageFraming } from "./event_frames.ts";
import { type MergedResults, mergeResults } from "./merged_results.ts";

/** Header with the token of an event stream. */
export const TOKEN_HEADER = "x-graphql-event-stream-token";

/** Options of createReservations(). */
export interface ReservationOptions extends StreamOptions {
  readonly toPublic: ToPublic;
  /** Maximum number of streams of one client. */
  readonly maxStreams: number;
  /** Longest time between the reservation of a stream and its opening. */
  readonly reservationMs: number;
}

/** A reserved or open stream. */
export interface EventStream {
  /** Key of the client that may use it. */
  readonly owner: string;
  readonly results: MergedResults;
  /** Fires when the stream has ended. */
  readonly gone: AbortSignal;
  readonly expiry: ReturnType<typeof setTimeout>;
  isOpen: boolean;
}

/** Event streams of all clients. */
export interface Reservations {
  /** Reserves a stream, and responds with its token. */
  reserve(client: Client): Response;
  /** Returns the stream whose token a request carries, if it is the client's own. */
  find(request: Request, client: Client): EventStream | undefined;
  /** Responds with the stream's events. */
  open(stream: EventStream): Response;
}

/** Creates an empty set of streams. */
export function createReservations(options: ReservationOptions): Reservations {
  const { toPublic, maxStreams, reservationMs, stopping, stallMs } = options;
  const framing = messageFraming(toPublic);
  const streams = new Map<string, EventStream>();
  // Open streams break off by themselves; the others are ended here.
  stopping.addEventListener("abort", () => {
    for (const { results } of streams.values()) void results.return();
  });
  return {
    reserve(client) {
      const owner = keyOf(client);
      const count = streams.values().filter((stream) => stream.owner === owner).toArray().length;
      if (count >= maxStreams) {
        return refuse(
          429,
          "RATE_LIMITED",
          `Cannot reserve an event stream: a client must have at most ${maxStreams} of them, ` +
            `got ${count + 1}. Close one first.`,
        );
      }
      const token = crypto.randomUUID();
      const gone = new AbortController();
      const expiry = setTimeout(() => void results.return(), reservationMs);
      Deno.unrefTimer(expiry);
      const results = mergeResults(() => {
        clearTimeout(expiry);
        streams.delete(token);
        gone.abort();
      });
      streams.set(token, { owner, results, gone: gone.signal, expiry, isOpen: false });
      return new Response(token, { status: 201, headers: { "content-type": "text/plain" } });
    },
    find(request, client) {
      const stream = streams.get(request.headers.get(TOKEN_HEADER) ?? "");
      return stream?.owner === keyOf(client) ? stream : undefined;
    },
    open(stream) {
      if (stream.isOpen) {
        return refuse(
          409,
          "CONFLICT",
          "Cannot open the event stream: it must be open once at a time, got a second GET. Reserve another one with PUT.",
        );
      }
      stream.isOpen = true;
      clearTimeout(stream.expiry);
      return streamResponse(stream.results, framing, { stopping, stallMs });
    },
  };
}
