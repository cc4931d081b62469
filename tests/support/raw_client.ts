/** Bare connections to a server: any bytes can be sent, and nothing is read unless a test does. */
import { joinBytes, writeAll } from "../../lib/bytes.ts";

/** A connection to a server. */
export interface RawClient extends Disposable {
  /** Sends text or bytes, all of them. */
  send(data: string | Uint8Array): Promise<void>;
  /** Reads until everything read so far matches, or the server closes. */
  readUntil(pattern: RegExp): Promise<string>;
  /** Reads the next bytes; undefined after the server has closed. */
  read(): Promise<Uint8Array | undefined>;
  close(): void;
}

/** Connects. */
export async function connectRaw(origin: string): Promise<RawClient> {
  const { hostname, port } = new URL(origin);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const buffer = new Uint8Array(64 * 1024);
  const decoder = new TextDecoder();
  let received = "";
  const read = async () => {
    // Where a server closes with something unread, its end comes as an error.
    const count = await connection.read(buffer).catch(() => null);
    return count === null ? undefined : buffer.slice(0, count);
  };
  return {
    read,
    async send(data) {
      const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
      for (let sent = 0; sent < bytes.length;) {
        sent += await connection.write(bytes.subarray(sent));
      }
    },
    async readUntil(pattern) {
      while (!pattern.test(received)) {
        const bytes = await read();
        if (!bytes) break;
        received += decoder.decode(bytes, { stream: true });
      }
      return received;
    },
    close,
    [Symbol.dispose]: close,
  };

  function close(): void {
    try {
      connection.close();
    } catch {
      // The server's end may have closed it.
    }
  }
}

/** A request as it is written, which fetch() would normalise or refuse. */
export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A response to a raw request. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Head and body. */
  readonly text: string;
}

/** Sends one request on a connection of its own and reads the response to its end. */
export async function sendRaw(
  origin: string,
  target: string,
  { method = "GET", headers = {}, body = "" }: RawRequest = {},
): Promise<RawResponse> {
  const { hostname, port } = new URL(origin);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = Object.entries({ host: "localhost", connection: "close", ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`);
  const request = `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
  await writeAll(connection, new TextEncoder().encode(request));
  const bytes = await new Response(connection.readable).bytes();
  const text = new TextDecoder("latin1").decode(bytes);
  const end = text.indexOf("\r\n\r\n");
  const [first = "", ...fields] = text.slice(0, end).split("\r\n");
  return {
    status: Number(first.split(" ")[1]),
    headers: new Headers(fields.map((line): [string, string] => {
      const at = line.indexOf(":");
      return [line.slice(0, at), line.slice(at + 1).trim()];
    })),
    body: bytes.slice(end + 4),
    text: new TextDecoder().decode(bytes),
  };
}

/** Returns the bytes of a POST. `length` is the announced length, if it is not the body's. */
export function postOf(
  path: string,
  type: string,
  body: string | Uint8Array,
  { length, accept }: { readonly length?: number; readonly accept?: string } = {},
): Uint8Array {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: localhost",
    `content-type: ${type}`,
    `content-length: ${length ?? bytes.length}`,
    ...(accept === undefined ? [] : [`accept: ${accept}`]),
  ];
  return joinBytes([new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`), bytes]);
}

/** Headers of the upgrade to a WebSocket that speaks graphql-transport-ws. */
const UPGRADE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-protocol": "graphql-transport-ws",
} as const;

/** Connects and opens a WebSocket. */
export async function connectRawSocket(
  origin: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawClient> {
  const client = await connectRaw(origin);
  const lines = Object.entries({ host: "localhost", ...UPGRADE, ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`);
  await client.send(`GET /graphql HTTP/1.1\r\n${lines.join("")}\r\n`);
  await client.readUntil(/\r\n\r\n/);
  return client;
}

/** Sends a JSON message of graphql-transport-ws. */
export function sendMessage(client: RawClient, message: unknown): Promise<void> {
  return client.send(frameOf(FRAME.text, JSON.stringify(message)));
}

/** Opens a WebSocket and waits for its acknowledgement. */
export async function connectAcknowledged(
  origin: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawClient> {
  const client = await connectRawSocket(origin, headers);
  await sendMessage(client, { type: "connection_init" });
  await client.readUntil(/connection_ack/);
  return client;
}

/** Subscribes on a WebSocket. */
export function sendSubscribe(client: RawClient, payload: unknown): Promise<void> {
  return sendMessage(client, { id: "1", type: "subscribe", payload });
}

/** Kinds of WebSocket frames. */
export const FRAME = { continued: 0, text: 1, binary: 2, close: 8, ping: 9 } as const;

/** Returns a WebSocket frame. `length` is the announced length, if it is not the payload's. */
export function frameOf(
  kind: number,
  payload: string | Uint8Array,
  { isLast = true, length }: { readonly isLast?: boolean; readonly length?: bigint } = {},
): Uint8Array {
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const head = new DataView(new ArrayBuffer(14));
  head.setUint8(0, (isLast ? 0x80 : 0) | kind);
  // Clients' frames are masked; by zeros, which change nothing.
  head.setUint8(1, 0x80 | 127);
  head.setBigUint64(2, length ?? BigInt(bytes.length));
  return joinBytes([new Uint8Array(head.buffer), bytes]);
}

/** Returns code and reason of the close frame that ends some bytes; empty if there is none. */
export function closeIn(bytes: Uint8Array): string {
  for (let at = Math.max(0, bytes.length - 127); at < bytes.length; at++) {
    const length = bytes[at + 1] ?? 0;
    if (bytes[at] !== (0x80 | FRAME.close) || at + 2 + length !== bytes.length) continue;
    const code = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    return `${code} ${new TextDecoder().decode(bytes.subarray(at + 4))}`;
  }
  return "";
}
