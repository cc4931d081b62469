/** The work of the sender process: carries out orders from stdin, many at a time, until stdin ends. */
import { readLines } from "../../lib/lines.ts";
import { addressProblem } from "../address/address_rule.ts";
import type { AllowList } from "../address/allow_list.ts";
import { RESOLVE_TIMEOUT_MS } from "../timeouts.ts";
import type { SenderOrder, SenderReply } from "./protocol.ts";
import { addressesOf, HostError, type Resolve } from "./resolve.ts";
import { send } from "./send.ts";

/** Options of serveOrders(). */
export interface SenderOptions {
  readonly allowed: AllowList;
  readonly orders: ReadableStream<Uint8Array>;
  readonly reply: (reply: SenderReply) => void;
}

/** Carries out orders until their stream ends, which is the end of the server. */
export async function serveOrders({ allowed, orders, reply }: SenderOptions): Promise<void> {
  for await (const line of readLines(orders)) {
    const order = JSON.parse(line) as SenderOrder;
    void executeOrder(order, allowed).then(reply);
  }
}

async function executeOrder(order: SenderOrder, allowed: AllowList): Promise<SenderReply> {
  const { id } = order;
  switch (order.type) {
    case "send":
      return { type: "sent", id, outcome: await send(order.request, { allowed }) };
    case "check":
      return { type: "checked", id, problem: await checkHost(new URL(order.url), allowed) ?? null };
    default:
      return order satisfies never;
  }
}

/**
 * Looks up the host of an address and checks it.
 *
 * @returns a problem that completes 'the host '; undefined if there is none
 */
export async function checkHost(
  url: URL,
  allowed: AllowList,
  resolve?: Resolve,
): Promise<string | undefined> {
  try {
    return addressProblem(url, await addressesOf(url, RESOLVE_TIMEOUT_MS, resolve), allowed);
  } catch (error) {
    if (error instanceof HostError) return error.message;
    throw error;
  }
}
