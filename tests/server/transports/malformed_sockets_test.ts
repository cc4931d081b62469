/** WebSockets whose clients violate the protocol or do not respond. */
import { joinBytes } from "../../../lib/bytes.ts";
import { readMetrics } from "../../support/http.ts";
import { assertEquals, fail } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  createBackpressuredSocket,
  type SendingSocket,
} from "../../../server/transports/websocket/backpressure.ts";
import {
  closeIn,
  connectRawSocket,
  FRAME,
  frameOf,
  type RawClient,
} from "../../support/raw_client.ts";
import { soon, until } from "../../support/until.ts";
import { useServer } from "../../support/start_server.ts";

const START = "mutation { startTraining { run { id } } }";

describe("a malformed WebSocket", () => {
  const server = useServer({ stallMs: 1000 });

  /** Sends frames, and gives all that comes until the server ends it. */
  async function endOf(...frames: readonly Uint8Array[]): Promise<Uint8Array> {
    const client = await connectRawSocket(server.origin);
    try {
      await client.send(frameOf(FRAME.text, JSON.stringify({ type: "connection_init" })));
      await client.readUntil(/connection_ack/);
      for (const frame of frames) await client.send(frame);
      return await soon(readToEnd(client), "the server must end it");
    } finally {
      client.close();
    }
  }

  it("is closed with the reason that its message is refused for", async () => {
    const messages = {
      "1009 A message must have at most 1000000 bytes": frameOf(FRAME.text, "x".repeat(1_000_001)),
      "1003 A message must be text": frameOf(FRAME.binary, "{}"),
      "4400 Invalid message received": frameOf(FRAME.text, "{"),
    };
    for (const [words, frame] of Object.entries(messages)) {
      assertEquals(closeIn(await endOf(frame)), words);
    }
  });

  it("is closed for invalid frames, and nothing of them is executed", async () => {
    const [head = "", tail = ""] = JSON.stringify({
      ...{ id: "1", type: "subscribe" },
      payload: { query: `${START} #|` },
    }).split("|");
    const text = [new TextEncoder().encode(head), new TextEncoder().encode(tail)] as const;
    const frames = {
      "not UTF-8": frameOf(FRAME.text, joinBytes([text[0], new Uint8Array([0xff]), text[1]])),
      "half of a surrogate pair": frameOf(
        FRAME.text,
        joinBytes([text[0], new Uint8Array([0xed, 0xa0, 0x80]), text[1]]),
      ),
      "of more bytes than there are": frameOf(FRAME.text, "{", { length: 1n << 62n }),
      "of more bytes than any message has": frameOf(FRAME.text, "{", { length: 1n << 30n }),
      "of an unknown kind": frameOf(3, "{}"),
      "a ping too large": frameOf(FRAME.ping, "x".repeat(200)),
    };
    for (const [name, frame] of Object.entries(frames)) {
      await endOf(frame).catch((error) => fail(`${name}: ${error}`));
    }
    assertEquals((await server.store.list({ first: 1 })).totalCount, 0);
  });

  it("is closed if it answers no ping, also within a message", async () => {
    await endOf();
    await endOf(frameOf(FRAME.text, "{", { isLast: false }));
  });

  it("leaves no socket open", async () => {
    await until("all are closed", async () => {
      return (await readMetrics(server.origin)).get("epochql_websockets_open") === 0;
    });
  });
});

describe("a message to a WebSocket", () => {
  /** A socket whose client has taken nothing yet. */
  function unreadSocket() {
    const sent: string[] = [];
    const socket: SendingSocket & { bufferedAmount: number; readyState: number } = {
      readyState: WebSocket.OPEN,
      bufferedAmount: 0,
      send(message) {
        sent.push(message);
        socket.bufferedAmount += message.length;
      },
    };
    let gone = 0;
    const options = { stallMs: 60_000, maxWaiting: 3, onGone: () => void gone++ };
    return { socket, sent, options, timesGone: () => gone };
  }

  const MUCH = "x".repeat(300_000);

  it("waits while much is unread, and is sent when it is read", async () => {
    const { socket, sent, options, timesGone } = unreadSocket();
    const send = createBackpressuredSocket(socket, options);
    await send("little");
    const waits = [send(MUCH), send("more")];
    let done = false;
    const all = Promise.all(waits).then(() => done = true);
    await Promise.resolve();
    assertEquals(done, false);
    socket.bufferedAmount = 0;
    await soon(all, "it must go on");
    assertEquals([sent.length, timesGone()], [3, 0]);
  });

  it("is dropped with the socket if nothing is read for too long", async () => {
    const { socket, sent, options, timesGone } = unreadSocket();
    const send = createBackpressuredSocket(socket, { ...options, stallMs: 5 });
    await soon(Promise.all([send(MUCH), send(MUCH)]), "it must be given up");
    await send("nobody receives it");
    assertEquals([sent.length, timesGone()], [2, 1]);
  });

  it("is dropped with the socket if too many wait", async () => {
    const { socket, options, timesGone } = unreadSocket();
    const send = createBackpressuredSocket(socket, options);
    const waits = Array.from({ length: 4 }, () => send(MUCH));
    assertEquals(timesGone(), 1);
    await soon(Promise.all(waits), "nothing must wait any more");
  });

  it("is dropped when the socket closes, though its client has not read that either", async () => {
    const { socket, sent, options, timesGone } = unreadSocket();
    const send = createBackpressuredSocket(socket, options);
    const wait = send(MUCH);
    socket.readyState = WebSocket.CLOSING;
    await soon(wait, "nothing must wait any more");
    await send("nobody receives it");
    assertEquals([sent.length, timesGone()], [1, 1]);
  });
});

async function readToEnd(client: RawClient): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const bytes = await client.read();
    if (!bytes) return joinBytes([...parts]);
    parts.push(bytes);
    // As those do who have manners: it closes as well.
    if (closeIn(joinBytes([...parts.slice(-2)])) !== "") client.close();
  }
}
