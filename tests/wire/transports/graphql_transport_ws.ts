/** WebSockets with the protocol graphql-transport-ws. */
import { wsClient } from "../../support/clients.ts";
import { bearer } from "../../support/http.ts";
import { reconnectDelay, type Transport, withRefusals } from "./transport.ts";

export const graphqlTransportWs: Transport = {
  name: "graphql-transport-ws",
  isRemote: true,
  connect({ origin }, { token, reconnects } = {}) {
    const client = wsClient(origin, {
      ...(token === undefined ? {} : { connectionParams: bearer(token) }),
      ...(reconnects
        ? { retryAttempts: 500, retryWait: reconnectDelay, shouldRetry: () => true }
        : {}),
    });
    return {
      execute: (operation) => withRefusals(client.iterate(operation), errorsOf),
      async [Symbol.asyncDispose]() {
        await client.dispose();
      },
    };
  },
};

/** Returns the errors of an operation, or those of the close of its socket. */
function errorsOf(thrown: unknown): Promise<unknown> {
  if (Array.isArray(thrown)) return Promise.resolve(thrown);
  const { reason } = thrown as CloseEvent;
  const [, code, message] = /^([A-Z_]+): (.*)$/.exec(reason ?? "") ?? [];
  if (code === undefined) return Promise.reject(thrown);
  return Promise.resolve([{ message, extensions: { code } }]);
}
