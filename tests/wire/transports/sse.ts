/** Server-sent events: a connection for each operation, or one for all of a client. */
import { NetworkError } from "graphql-sse";
import { singleSseClient, sseClient } from "../../support/clients.ts";
import { bearer } from "../../support/http.ts";
import { type ConnectOptions, reconnectDelay, type Transport, withRefusals } from "./transport.ts";

export const sse: Transport = {
  name: "server-sent events",
  isRemote: true,
  connect: ({ origin }, options) => toWireClient(sseClient(origin, clientOptions(options))),
};

export const singleSse: Transport = {
  name: "server-sent events on one connection",
  isRemote: true,
  connect: ({ origin }, options) =>
    toWireClient(singleSseClient(origin, {
      ...clientOptions(options),
      // The client cancels the body of a refusal: it is read before.
      async fetchFn(url: string, init: RequestInit) {
        const response = await fetch(url, init);
        return response.ok ? response : new Response(await response.text(), response);
      },
    })),
};

function clientOptions({ token, reconnects }: ConnectOptions = {}) {
  return {
    ...(token === undefined ? {} : { headers: bearer(token) }),
    ...(reconnects ? { retryAttempts: 500, retry: reconnectDelay } : {}),
  };
}

function toWireClient(
  client: Pick<ReturnType<typeof sseClient>, "iterate" | "dispose">,
): ReturnType<Transport["connect"]> {
  return {
    execute: (operation) => withRefusals(client.iterate(operation), errorsOf),
    async [Symbol.asyncDispose]() {
      await Promise.resolve(client.dispose());
    },
  };
}

async function errorsOf(thrown: unknown): Promise<unknown> {
  if (!(thrown instanceof NetworkError)) throw thrown;
  return (await thrown.response?.json()).errors;
}
