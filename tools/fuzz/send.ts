/** Sends a request, and takes what comes back as it comes. What goes on for ever is read until it falls silent, and dropped. */
import { within } from "../../server/within.ts";
import type { FuzzRequest, HttpRequest, SocketRequest } from "./requests.ts";

/** What came back. */
export type Reply =
  | {
    readonly transport: "http";
    readonly status: number;
    /** The content-type, without its parameters. */
    readonly type: string;
    readonly body: string;
  }
  | {
    readonly transport: "websocket";
    readonly messages: readonly string[];
    /** The code that the server has closed the socket with; null if it did not. */
    readonly closed: number | null;
  }
  /** Nothing that can be read. */
  | { readonly transport: "none"; readonly reason: string };

/** What takes longer hangs. */
const PATIENCE_MS = 30_000;

/** How long a stream is listened to that says nothing more, and how many bytes of one. */
const SILENCE_MS = 15;
const LONGEST = 500_000;

/** Sends it to a server. */
export async function send(origin: string, request: FuzzRequest): Promise<Reply> {
  try {
    return request.transport === "http"
      ? await sendByHttp(origin, request)
      : await sendBySocket(origin, request);
  } catch (error) {
    return { transport: "none", reason: String(error) };
  }
}

async function sendByHttp(origin: string, request: HttpRequest): Promise<Reply> {
  const { method, search, headers, body } = request;
  const response = await fetch(`${origin}/graphql${search && "?"}${search}`, {
    ...{ method, headers, body, redirect: "manual" },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
  const text = type === "text/event-stream" ? await readStream(response) : await response.text();
  return { transport: "http", status: response.status, type, body: text };
}

/** What a stream says before it falls silent. */
async function readStream(response: Response): Promise<string> {
  let text = "";
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  while (reader && text.length < LONGEST) {
    const step = await within(SILENCE_MS, reader.read(), () => undefined);
    if (!step || step.done) break;
    text += step.value;
  }
  await reader?.cancel();
  return text;
}

async function sendBySocket(origin: string, request: SocketRequest): Promise<Reply> {
  const { kind, messages, asked } = request;
  const socket = new WebSocket(`${origin.replace(/^http/, "ws")}/graphql`, "graphql-transport-ws");
  const received: string[] = [];
  let closed: number | null = null;
  let hear = () => {};
  const opened = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  socket.onopen = () => opened.resolve();
  socket.onerror = (event) => {
    opened.reject(new Error(event instanceof ErrorEvent ? event.message : "it did not open"));
  };
  socket.onmessage = ({ data }) => {
    received.push(String(data));
    hear();
  };
  socket.onclose = ({ code }) => {
    closed = code;
    hear();
    ended.resolve();
  };
  await within(PATIENCE_MS, opened.promise, () => {
    throw new Error("the socket did not open");
  });
  for (const message of messages) {
    if (socket.readyState === WebSocket.OPEN) socket.send(message);
  }
  // A query has an end; all else is listened to until it falls silent.
  const hasEnd = kind === "socket" && !asked?.query.startsWith("subscription");
  const isOver = () =>
    closed !== null || /^\{"id":"1","type":"(complete|error)"/.test(received.at(-1) ?? "");
  while (!isOver()) {
    const heard = new Promise<boolean>((resolve) => hear = () => resolve(true));
    if (await within(hasEnd ? PATIENCE_MS : SILENCE_MS, heard, () => false)) continue;
    if (hasEnd) throw new Error(`there was no end, after ${received.join(" ").slice(0, 300)}`);
    break;
  }
  const closedByServer = closed;
  socket.close(1000);
  await within(PATIENCE_MS, ended.promise, () => {
    throw new Error("the socket did not close");
  });
  return { transport: "websocket", messages: received, closed: closedByServer };
}
