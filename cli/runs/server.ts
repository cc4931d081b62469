/**
 * Client of an epochql server: its address, its token and its answers. Failures to reach it become errors
 * with messages for users.
 */
import type { GraphQLFormattedError } from "graphql";
import { errorMessage } from "../../lib/error_message.ts";
import { proxyFor } from "../../lib/proxy.ts";
import type { Operation } from "../../web/api/operation.ts";
import { RefusedError, UnavailableError } from "./errors.ts";
import { REQUEST_TIMEOUT_MS } from "../timeouts.ts";

/** A server. */
export interface Server {
  /** Its address as shown: 'http://127.0.0.1:8000'. */
  readonly address: string;
  /** Its address for GraphQL over WebSocket (graphql-transport-ws). */
  readonly socketUrl: string;
  /** The Authorization header, if the server needs one. */
  readonly authorization?: string | undefined;
  /**
   * Runs a query or a mutation.
   *
   * @throws {RefusedError} if the server answers with errors
   * @throws {UnavailableError} if it cannot be reached, or cannot answer now
   */
  ask<Data, Variables>(operation: Operation<Data, Variables>, variables: Variables): Promise<Data>;
  /**
   * Reads a file of runs.
   *
   * @param path with its query: '/runs/<id>/curves.svg?theme=dark'
   * @throws {RefusedError} if the server answers with errors
   * @throws {UnavailableError} if it cannot be reached, or cannot answer now
   */
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Creates the client of the server at an address.
 *
 * @param url the address of its page: 'http://127.0.0.1:8000', or with the path that a proxy gives it
 */
export function serverAt(url: URL, token?: string): Server {
  const address = url.href.replace(/\/$/, "");
  const endpoint = `${address}/graphql`;
  const authorization = token === undefined ? undefined : `Bearer ${token}`;

  async function send(target: string, init: RequestInit): Promise<Answer> {
    try {
      const response = await fetch(target, {
        ...init,
        headers: {
          ...init.headers,
          ...(authorization === undefined ? {} : { authorization }),
        },
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      const { status, statusText } = response;
      return { got: `${status} ${statusText}`.trim(), status, content: await response.bytes() };
    } catch (error) {
      const proxy = proxyFor(url);
      throw new UnavailableError(
        proxy
          ? `Cannot reach epochql at ${address} by the proxy ${proxy.address}: ${
            reasonOf(error)
          }. ` +
            `Correct ${proxy.variable}, or add ${url.hostname} to NO_PROXY.`
          : `Cannot reach epochql at ${address}: ${reasonOf(error)}. ` +
            "Start it with 'deno task start', or name another server with --server.",
      );
    }
  }

  return {
    address,
    socketUrl: endpoint.replace(/^http/, "ws"),
    authorization,
    async ask({ query }, variables) {
      const answer = await send(endpoint, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/graphql-response+json, application/json",
        },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = parseAnswer(answer.content) ?? {};
      if (errors?.length) throw errorOf(errors);
      if (data) return data;
      throw notOurs(answer);
    },
    async read(path) {
      const answer = await send(`${address}${path}`, {});
      if (answer.status === 200) return answer.content;
      const { errors } = parseAnswer(answer.content) ?? {};
      throw errors?.length ? errorOf(errors) : notOurs(answer);
    },
  };

  function notOurs({ status, got }: Answer): Error {
    if (status >= 502 && status <= 504) {
      return new UnavailableError(
        `Cannot reach epochql at ${address}: what stands before it answered '${got}'.`,
      );
    }
    return new RefusedError(
      `Cannot read the answer of ${address}: it must be that of an epochql server, got '${got}'. ` +
        "Name the server with --server.",
    );
  }
}

/** A response: its status, in words too, and its body. */
interface Answer {
  readonly status: number;
  readonly got: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

/** Turns a server's errors into one error. */
export function errorOf(errors: readonly GraphQLFormattedError[]): Error {
  const message = errors.map((error) => error.message).join(" ");
  const codes = errors.map(({ extensions }) => extensions?.code);
  if (codes.includes("UNAVAILABLE") || codes.includes("RATE_LIMITED")) {
    return new UnavailableError(message);
  }
  if (codes.includes("UNAUTHENTICATED")) return new RefusedError(TOKEN_NEEDED);
  return new RefusedError(message);
}

/** The message for servers that need a token. */
export const TOKEN_NEEDED =
  "Cannot connect to the server without its token: set EPOCHQL_TOKEN to it, or " +
  "name a file that holds it with --token-file.";

interface ServerAnswer {
  // The operation has its type.
  // deno-lint-ignore no-explicit-any
  readonly data?: any;
  readonly errors?: readonly GraphQLFormattedError[];
}

function parseAnswer(content: Uint8Array): ServerAnswer | undefined {
  try {
    const answer = JSON.parse(new TextDecoder().decode(content));
    return typeof answer === "object" && answer !== null ? answer : undefined;
  } catch {
    return undefined;
  }
}

/** Explains why a request failed: 'Connection refused', 'no answer within 30 s'. */
export function reasonOf(error: unknown): string {
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return `no answer within ${REQUEST_TIMEOUT_MS / 1000} s`;
  }
  let last = error;
  while (last instanceof Error && last.cause !== undefined) last = last.cause;
  const message = errorMessage(last);
  // 'client error (Connect): tcp connect error: Connection refused (os error 111)'
  return message.replace(/ \(os error \d+\)/, "").split(": ").at(-1) ?? message;
}
