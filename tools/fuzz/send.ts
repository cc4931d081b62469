/**
 * Sends a request and reads the response as it comes. Endless streams are read until they fall
 * silent, then dropped.
 */
import { deadline } from "../../lib/deadline.ts";
import type { FuzzRequest, HttpRequest, SocketRequest, StreamRequest } from "./request.ts";

/** A response, or the messages of a socket. */
export type Reply =
  | {
    readonly transport: "http";
    readonly status: number;
    /** The content-type, without its parameters. */
    readonly type: string;
    readonly body: string;
  }
  | {
    /** A WebSocket, or an event stream with the messages of its protocol in the same form. */
    readonly transport: "websocket";
    readonly messages: readonly string[];
    /** The code that the server has closed the socket with; null if it did not. */
    readonly closed: number | null;
  }
  /** No readable response. */
  | { readonly transport: "none"; readonly reason: string };

/** Time from which a request counts as hung, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Silence after which a stream is dropped, in milliseconds, and the limit of its bytes. */
const SILENCE_MS = 15;
const LONGEST = 500_000;
/** The whole last event: it can arrive in several pieces. */
const COMPLETE = /^event: ?complete\n.*\n\n/m;

/** Sends a request to a server. */
export async function send(origin: string, request: FuzzRequest): Promise<Reply> {
  try {
    switch (request.transport) {
      case "http":
        return await sendByHttp(origin, request);
      case "websocket":
        return await sendBySocket(origin, request);
      case "stream":
        return await sendByStream(origin, request);
      default:
        return request satisfies never;
    }
  } catch (error) {
    return { transport: "none", reason: String(error) };
  }
}

async function sendByHttp(origin: string, request: HttpRequest): Promise<Reply> {
  const { method, path, search, headers, body } = request;
  const response = await fetch(`${origin}${path}${search && "?"}${search}`, {
    method,
    headers,
    body,
    redirect: "manual",
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
  const text = type === "text/event-stream" ? await readStream(response) : await response.text();
  return { transport: "http", status: response.status, type, body: text };
}

/** Reads a stream until it falls silent. */
async function readStream(response: Response): Promise<string> {
  let text = "";
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  while (reader && text.length < LONGEST) {
    const step = await deadline(SILENCE_MS, reader.read(), () => undefined);
    if (!step || step.done) break;
    text += step.value;
  }
  await reader?.cancel();
  return text;
}

/** Reserves and opens a stream, sends the operation, reads the results and ends the operation. */
async function sendByStream(origin: string, { asked }: StreamRequest): Promise<Reply> {
  const url = `${origin}/graphql`;
  const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  const reserved = await fetch(url, { method: "PUT", signal });
  const headers = { "x-graphql-event-stream-token": await reserved.text() };
  const stream = await fetch(url, { headers: { ...headers, accept: "text/event-stream" }, signal });
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  try {
    const accepted = await fetch(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ ...asked, extensions: { operationId: "1" } }),
      signal,
    });
    const body = await accepted.text();
    if (accepted.status !== 202) {
      const [type = ""] = (accepted.headers.get("content-type") ?? "").split(";");
      return { transport: "http", status: accepted.status, type, body };
    }
    const hasEnd = !asked.query.startsWith("subscription");
    let text = "";
    while (reader && text.length < LONGEST && !COMPLETE.test(text)) {
      const step = await deadline(
        hasEnd ? REQUEST_TIMEOUT_MS : SILENCE_MS,
        reader.read(),
        () => undefined,
      );
      if (!step || step.done) break;
      text += step.value;
    }
    const end = await fetch(`${url}?operationId=1`, { method: "DELETE", headers, signal });
    await end.body?.cancel();
    const messages = [...text.matchAll(/^event: ?(\w+)\ndata: ?(.*)\n\n/gm)].map((
      [, type, data = ""],
    ) => JSON.stringify({ type, ...Object(data === "" ? {} : JSON.parse(data)) }));
    if (hasEnd && text.length < LONGEST && !messages.some((one) => one.includes('"complete"'))) {
      throw new Error(`there was no end, after ${text.slice(0, 300)}`);
    }
    return { transport: "websocket", messages, closed: null };
  } finally {
    await reader?.cancel();
  }
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
  await deadline(REQUEST_TIMEOUT_MS, opened.promise, () => {
    throw new Error("the socket did not open");
  });
  for (const message of messages) {
    if (socket.readyState === WebSocket.OPEN) socket.send(message);
  }
  // A query ends; other operations are read until they fall silent.
  const hasEnd = kind === "socket" && !asked?.query.startsWith("subscription");
  const isOver = () =>
    closed !== null || /^\{"id":"1","type":"(complete|error)"/.test(received.at(-1) ?? "");
  while (!isOver()) {
    const heard = new Promise<boolean>((resolve) => hear = () => resolve(true));
    if (await deadline(hasEnd ? REQUEST_TIMEOUT_MS : SILENCE_MS, heard, () => false)) continue;
    if (hasEnd) throw new Error(`there was no end, after ${received.join(" ").slice(0, 300)}`);
    break;
  }
  const closedByServer = closed;
  socket.close(1000);
  await deadline(REQUEST_TIMEOUT_MS, ended.promise, () => {
    throw new Error("the socket did not close");
  });
  return { transport: "websocket", messages: received, closed: closedByServer };
}
