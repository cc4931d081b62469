/// <reference lib="dom" />
/**
 * GraphiQL's access to the API: queries and mutations by GraphQL over HTTP, subscriptions by server-sent
 * events. GraphiQL's own fetcher does not support the latter; graphql-sse's client does.
 */
import { createGraphiQLFetcher, type Fetcher } from "@graphiql/toolkit";
import { type ExecutionResult, Kind, type OperationDefinitionNode, parse } from "graphql";
import { createClient } from "graphql-sse";
import { ENDPOINT } from "../api/endpoint.ts";

const http = createGraphiQLFetcher({ url: ENDPOINT });

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
    url: ENDPOINT,
    headers: options?.headers ?? {},
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

/** Reads a refusal's GraphQL errors from the HTTP error's body; graphql-sse reports only the status. */
async function readRefusal(error: unknown): Promise<IteratorResult<ExecutionResult>> {
  const response = (error as { response?: Response }).response;
  const body = await response?.json().catch(() => undefined) as ExecutionResult | undefined;
  if (body?.errors) return { done: false, value: body };
  throw error;
}
