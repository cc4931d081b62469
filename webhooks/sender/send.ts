/**
 * Sends one request to a receiver. It connects to an address that was checked, follows no redirect and reads no body:
 * nothing of an answer but its status and Retry-After comes back.
 */
import http from "node:http";
import https from "node:https";
import { isIPv6, type LookupFunction } from "node:net";
import { errorMessage } from "../../lib/error_message.ts";
import { addressProblem } from "../address/address_rule.ts";
import type { AllowList } from "../address/allow_list.ts";
import type { SendOutcome, SendRequest } from "./protocol.ts";
import { MAX_RETRY_AFTER_MS } from "../timeouts.ts";
import { addressesOf, HostError, type Resolve } from "./resolve.ts";

/** Options of send(). */
export interface SendOptions {
  readonly allowed: AllowList;
  /** Looks up names, in place of the machine's resolver. */
  readonly resolve?: Resolve;
}

/** Sends a request; a failure is an outcome, not an error. */
export async function send(request: SendRequest, options: SendOptions): Promise<SendOutcome> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const url = new URL(request.url);
  try {
    const addresses = await addressesOf(url, request.timeoutMs, options.resolve);
    const problem = addressProblem(url, addresses, options.allowed);
    if (problem !== undefined) throw new HostError(problem);
    const timeoutMs = request.timeoutMs - seconds() * 1000;
    const answer = await post(url, addresses, { ...request, timeoutMs });
    return { kind: "answered", ...answer, seconds: seconds() };
  } catch (error) {
    const problem = error instanceof HostError ? `The host ${error.message}` : errorMessage(error);
    return { kind: "failed", problem, seconds: seconds() };
  }
}

interface Answer {
  readonly status: number;
  readonly retryAfterMs: number | null;
}

/** @param addresses the only ones that may be connected to */
function post(
  url: URL,
  addresses: readonly string[],
  { headers, body, timeoutMs }: SendRequest,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const bytes = new TextEncoder().encode(body);
    const { request } = url.protocol === "https:" ? https : http;
    const sent = request(url, {
      method: "POST",
      // A connection of its own, which ends with the answer.
      agent: false,
      headers: { ...headers, "content-length": String(bytes.length) },
      lookup: answerWith(addresses, (error) => sent.destroy(error)),
    });
    const timer = setTimeout(() => {
      sent.destroy(new Error(`The receiver did not answer within ${limit} s`));
    }, timeoutMs);
    const limit = Math.max(1, Math.round(timeoutMs / 1000));
    sent.on("response", ({ statusCode, headers }) => {
      resolve({ status: statusCode ?? 0, retryAfterMs: parseRetryAfter(headers["retry-after"]) });
      sent.destroy();
    });
    sent.on("error", (error) => reject(error));
    sent.on("close", () => {
      clearTimeout(timer);
      reject(new Error("The receiver closed the connection without an answer"));
    });
    sent.end(bytes);
  });
}

/** Makes the connection use addresses that are known already, whatever the name resolves to now. */
function answerWith(
  addresses: readonly string[],
  fail: (error: Error) => void,
): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_host, { all }, callback) => {
    try {
      const [first] = found;
      if (all) callback(null, found);
      else if (first) callback(null, first.address, first.family);
    } catch (error) {
      // Deno's own permissions forbid it.
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  };
}

/**
 * Parses Retry-After: a number of seconds or a date.
 *
 * @returns milliseconds from now, from 0 to MAX_RETRY_AFTER_MS; null if there is none or it is neither
 */
export function parseRetryAfter(value: string | undefined, now = Date.now()): number | null {
  const text = value?.trim() ?? "";
  if (/^\d+$/.test(text)) return Math.min(MAX_RETRY_AFTER_MS, Number(text) * 1000);
  const at = /^[A-Z]/i.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? null : Math.min(MAX_RETRY_AFTER_MS, Math.max(0, at - now));
}
