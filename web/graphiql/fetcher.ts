/// <reference lib="dom" />
/**
 * GraphiQL's access to the API: queries and mutations by GraphQL over HTTP, subscriptions by WebSocket. A
 * stream of server-sent events would hold one of the six connections that a browser opens to a server over all tabs.
 */
import { createGraphiQLFetcher, type Fetcher } from "@graphiql/toolkit";
import { type ExecutionResult, Kind, type OperationDefinitionNode, parse } from "graphql";
import { createClient } from "graphql-ws";
import { fetchInSession } from "../api/fetch_in_session.ts";
import { ENDPOINT, SOCKET_ENDPOINT } from "../api/endpoint.ts";

const http = createGraphiQLFetcher({ url: ENDPOINT, fetch: fetchInSession });

/** The fetcher for GraphiQL. */
export const fetcher: Fetcher = (params, options) => {
  // GraphiQL's own idea of the operation lags behind the editor: use the text that is sent.
  const operation = findOperation(params.query, params.operationName);
  const operationName = operation ? operation.name?.value : params.operationName ?? undefined;
  if (operation?.operation !== "subscription") {
    return http(
      { ...params, operationName: operationName ?? null },
      options?.headers ? { headers: options.headers } : {},
    );
  }
  const client = createClient({
    url: SOCKET_ENDPOINT,
    connectionParams: { ...options?.headers },
    // GraphiQL shows an error; a silent retry would hide it.
    retryAttempts: 0,
  });
  const source = client.iterate<Record<string, unknown>>({
    query: params.query,
    variables: params.variables,
    ...(operationName === undefined ? {} : { operationName }),
  });
  // Not an async generator: its return() would wait for the pending next(), and Stop would hang.
  const events: AsyncIterableIterator<ExecutionResult> = {
    [Symbol.asyncIterator]: () => events,
    next: () => source.next().catch(readRefusal) as Promise<IteratorResult<ExecutionResult>>,
    return: async () => {
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
  return events;
};

function findOperation(
  query: string,
  name?: string | null,
): OperationDefinitionNode | undefined {
  try {
    const all = parse(query).definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    return all.find((node) => node.name?.value === name) ?? (all.length === 1 ? all[0] : undefined);
  } catch {
    return undefined; // A syntax error: the server reports it.
  }
}

/** Returns the GraphQL errors with which the server refused a subscription, as a result. */
function readRefusal(error: unknown): IteratorResult<ExecutionResult> {
  if (Array.isArray(error)) return { done: false, value: { errors: error } };
  throw error instanceof CloseEvent
    ? new Error(error.reason || `The connection was closed (${error.code}).`)
    : error;
}
