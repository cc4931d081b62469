/** Starts the sender process when there is something to send, and again if it has died. */
import { fileURLToPath } from "node:url";
import { deadline } from "../../lib/deadline.ts";
import { errorMessage } from "../../lib/error_message.ts";
import { readLines } from "../../lib/lines.ts";
import { keepErrorOutput, killIfAlive, startChild } from "../../lib/process/child.ts";
import { childEnvironment } from "../../lib/process/environment.ts";
import { senderPermissions } from "../permissions.ts";
import { SENDER_IDLE_MS, SENDER_TIMEOUT_MS } from "../timeouts.ts";
import {
  type SenderOrder,
  type SenderReply,
  type SendOutcome,
  type SendRequest,
  toLine,
} from "./protocol.ts";

/** Sends requests to receivers. */
export interface Sender {
  /** Sends a request; a failure is an outcome, not an error. */
  send(request: SendRequest): Promise<SendOutcome>;
  /**
   * Looks up the host of an address and checks it.
   *
   * @returns a problem that completes 'the host '; undefined if there is none
   */
  check(url: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** The largest heap of the process in MB. */
const MAX_HEAP_MB = 128;

/** Number of lines of the process's last output that go to the server's. */
const MAX_LINES = 5;

/** Variables by which Deno finds the machine's certificates. */
const CERTIFICATES = ["DENO_CERT", "DENO_TLS_CA_STORE", "SSL_CERT_FILE", "SSL_CERT_DIR"];

type OrderBody =
  | Omit<Extract<SenderOrder, { type: "send" }>, "id">
  | Omit<
    Extract<SenderOrder, { type: "check" }>,
    "id"
  >;

/** The program of the process. */
const PROGRAM = fileURLToPath(new URL("../../cli/webhook_sender.ts", import.meta.url));

/**
 * Creates a sender.
 *
 * @param allow EPOCHQL_WEBHOOK_ALLOW
 * @param program path of another program of the process
 */
export function createSenderProcess(allow: string, program = PROGRAM): Sender {
  let running: Running | undefined;
  let idle: ReturnType<typeof setTimeout> | undefined;

  async function ask(order: OrderBody): Promise<SenderReply | undefined> {
    clearTimeout(idle);
    const asked = running ??= start({ allow, program }, (ended) => {
      if (running === ended) running = undefined;
    });
    const reply = await deadline(SENDER_TIMEOUT_MS, asked.ask(order), () => {
      // It hangs: the next order starts another one.
      void asked.end();
      return undefined;
    });
    if (asked.pending() === 0 && running === asked) {
      clearTimeout(idle);
      idle = setTimeout(() => void asked.end(), SENDER_IDLE_MS);
      Deno.unrefTimer(Number(idle));
    }
    return reply;
  }

  return {
    async send(request) {
      const started = performance.now();
      const reply = await ask({ type: "send", request });
      if (reply?.type === "sent") return reply.outcome;
      return {
        kind: "failed",
        problem: "The sender process did not answer",
        seconds: (performance.now() - started) / 1000,
      };
    },
    async check(url) {
      const reply = await ask({ type: "check", url });
      if (reply?.type === "checked") return reply.problem ?? undefined;
      return "must be looked up, but the sender process did not answer: try again";
    },
    async close() {
      clearTimeout(idle);
      await running?.end();
    },
  };
}

/** A process that runs. */
interface Running {
  /** Returns undefined if the process dies first. */
  ask(order: OrderBody): Promise<SenderReply | undefined>;
  pending(): number;
  end(): Promise<void>;
}

function start(
  { allow, program }: { readonly allow: string; readonly program: string },
  onEnd: (ended: Running) => void,
): Running {
  const heap = `--v8-flags=--max-old-space-size=${MAX_HEAP_MB}`;
  const child = startChild(
    ["--cached-only", heap, ...senderPermissions(allow), program, allow],
    childEnvironment(CERTIFICATES),
  );
  const waiting = new Map<number, (reply: SenderReply | undefined) => void>();
  const input = child.stdin.getWriter();
  let orders = 0;
  const running: Running = {
    ask(order) {
      const id = ++orders;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        // If it dies before it has read the order, the end of its output answers.
        input.write(new TextEncoder().encode(toLine({ ...order, id }))).catch(() => {});
      });
    },
    pending: () => waiting.size,
    async end() {
      onEnd(running);
      killIfAlive(child);
      await ended;
    },
  };
  const ended = (async () => {
    const output = keepErrorOutput(child, MAX_LINES);
    try {
      for await (const line of readLines(child.stdout)) {
        const reply = JSON.parse(line) as SenderReply;
        waiting.get(reply.id)?.(reply);
        waiting.delete(reply.id);
      }
    } catch (error) {
      // Without replies that can be read it is of no use: the next order starts another one.
      console.error(`The sender of webhooks printed no reply: ${errorMessage(error)}`);
      killIfAlive(child);
    }
    onEnd(running);
    const { signal } = await child.status;
    await output.ended;
    const said = output.lines().join("\n");
    if (signal !== "SIGKILL" && said !== "") console.error(said);
    for (const resolve of waiting.values()) resolve(undefined);
    waiting.clear();
    await input.close().catch(() => {});
  })();
  return running;
}
