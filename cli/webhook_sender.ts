/**
 * The sender process: sends webhooks to receivers. It has the network and nothing else: no files, no store, no
 * variables, and it learns no secret but signatures. Started by webhooks/sender/process.ts.
 */
import { parseAllowList } from "../webhooks/address/allow_list.ts";
import { toLine } from "../webhooks/sender/protocol.ts";
import { serveOrders } from "../webhooks/sender/serve.ts";

// Stdout is for replies; libraries print to stderr instead.
console.log = console.info = console.debug = console.error;

const allowed = parseAllowList(Deno.args[0] ?? "");
if (!allowed) Deno.exit(2);

const encoder = new TextEncoder();
await serveOrders({
  allowed,
  orders: Deno.stdin.readable,
  reply(reply) {
    const bytes = encoder.encode(toLine(reply));
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
  },
});
Deno.exit(0);
