/**
 * The log where a client is refused: the request's own line at the level debug, and nothing else, on every transport.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { keepLog } from "../../support/kept_log.ts";
import { startServer, type TestServer } from "../../support/start_server.ts";
import { until } from "../../support/until.ts";

const EPOCHS = "subscription { epochs { number } }";
const INIT = '{"type":"connection_init"}';

/** Refuses a client, and returns what it receives. */
type Refused = (server: TestServer) => Promise<string>;

/** Sends messages, each after an answer to the one before, and returns the code of the socket's close. */
function socket(protocol: string, ...messages: readonly string[]): Refused {
  return ({ socketUrl }) =>
    new Promise((resolve) => {
      const waiting = messages.values();
      const socket = new WebSocket(socketUrl, protocol);
      socket.onopen = socket.onmessage = () => {
        const { value } = waiting.next();
        if (value !== undefined) socket.send(value);
      };
      socket.onclose = ({ code, reason }) => resolve(`${code} ${reason}`);
    });
}

function stream(accept: string, headers: Readonly<Record<string, string>> = {}): Refused {
  return async (server) => {
    const path = `/graphql?query=${encodeURIComponent(EPOCHS)}`;
    const response = await server.get(path, { headers: { ...headers, accept } });
    return `${response.status} ${await response.text()}`;
  };
}

const REFUSALS: Readonly<Record<string, readonly [refused: Refused, told: RegExp]>> = {
  "an unknown subprotocol": [socket("soap"), /^4406 Subprotocol not acceptable/],
  "a message of the older protocol in the newer": [
    socket("graphql-transport-ws", INIT, '{"type":"start","id":"1","payload":{"query":"{a}"}}'),
    /^4400 Invalid message/,
  ],
  "a message of the newer protocol in the older": [
    socket("graphql-ws", INIT, '{"type":"subscribe","id":"1","payload":{"query":"{a}"}}'),
    /^4400 Invalid message/,
  ],
  "a boundary that is not served": [
    stream('multipart/mixed;boundary="-";subscriptionSpec=1.0'),
    /^406 .*boundary=graphql/,
  ],
  "a Last-Event-ID of another run": [
    stream("text/event-stream", { "last-event-id": "seq:no-such-run:1" }),
    /^200 [^]*"message":"Cannot follow/,
  ],
};

describe("the log of a server that refuses", () => {
  const log = keepLog("debug");

  for (const [what, [refused, told]] of Object.entries(REFUSALS)) {
    it(`has one line about ${what}, and no stack trace`, async () => {
      await using server = await startServer();
      assertMatch(await refused(server), told);
      await until("the request is logged", () => log.records.length > 0);
      // Whatever else belongs to the request is logged before a server has stopped.
      await server.stop();
      const texts = log.records.map(({ message, properties }) =>
        `${message.join("")} ${Deno.inspect(properties)}`
      );
      assertEquals(log.records.map(({ level }) => level), ["debug"], texts.join("\n"));
      const [text = ""] = texts;
      assertMatch(text, /^GET \/graphql \d+ in /);
      assert(!/\n\s+at /.test(text), text);
    });
  }
});
