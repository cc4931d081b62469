/** A client without manners: a bare connection, which sends any bytes and reads when it likes. */

/** A connection to a server. */
export interface RawClient {
  /** Sends text or bytes, all of them. */
  send(data: string | Uint8Array): Promise<void>;
  /** Reads on until what was read so far matches, or the server closes. */
  hear(until: RegExp): Promise<string>;
  /** Reads what is there next; undefined where the server has closed. */
  read(): Promise<Uint8Array | undefined>;
  close(): void;
}

/** Connects. */
export async function connectRaw(origin: string): Promise<RawClient> {
  const { hostname, port } = new URL(origin);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const buffer = new Uint8Array(64 * 1024);
  const decoder = new TextDecoder();
  let heard = "";
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
    async hear(until) {
      while (!until.test(heard)) {
        const bytes = await read();
        if (!bytes) break;
        heard += decoder.decode(bytes, { stream: true });
      }
      return heard;
    },
    close() {
      try {
        connection.close();
      } catch {
        // The server's end may have closed it.
      }
    },
  };
}

/** A POST, as it is sent. `length` is what it announces, where that is not the truth. */
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
  return joined(new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`), bytes);
}

/** Connects, and asks for a WebSocket that speaks GraphQL. */
export async function connectRawSocket(
  origin: string,
  ...headers: readonly string[]
): Promise<RawClient> {
  const client = await connectRaw(origin);
  const head = [
    ...["GET /graphql HTTP/1.1", "host: localhost", "connection: Upgrade", "upgrade: websocket"],
    ...["sec-websocket-version: 13", "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=="],
    "sec-websocket-protocol: graphql-transport-ws",
    ...headers,
  ];
  await client.send(`${head.join("\r\n")}\r\n\r\n`);
  await client.hear(/\r\n\r\n/);
  return client;
}

/** The kinds of a WebSocket's frames. */
export const FRAME = { continued: 0, text: 1, binary: 2, close: 8, ping: 9 } as const;

/** A frame of a WebSocket. `length` is what it announces, where that is not the truth. */
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
  return joined(new Uint8Array(head.buffer), bytes);
}

/** The code and the reason of the close frame that ends some bytes; empty if there is none. */
export function closeIn(bytes: Uint8Array): string {
  for (let at = Math.max(0, bytes.length - 127); at < bytes.length; at++) {
    const length = bytes[at + 1] ?? 0;
    if (bytes[at] !== (0x80 | FRAME.close) || at + 2 + length !== bytes.length) continue;
    const code = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    return `${code} ${new TextDecoder().decode(bytes.subarray(at + 4))}`;
  }
  return "";
}

/** Bytes one after the other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
