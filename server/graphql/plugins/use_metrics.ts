/** Watches operations as Yoga carries them out, on every transport: counts and times them, and keeps subscriptions at hand. */
import { type ExecutionResult, getOperationAST } from "graphql";
import type { Plugin } from "graphql-yoga";
import { keyOf } from "../../http/client.ts";
import type { Metrics, OperationType } from "../../observability/metrics.ts";
import type { Subscriptions } from "../subscriptions.ts";
import type { OperationContext } from "../../graphql_server.ts";

/** Makes the plugin. */
export function useMetrics(
  metrics: Pick<Metrics, "countOperation">,
  subscriptions: Subscriptions,
): Plugin<OperationContext> {
  return {
    onExecute({ args }) {
      const type: OperationType = getOperationAST(args.document, args.operationName)?.operation ??
        "query";
      const started = performance.now();
      return {
        onExecuteDone({ result }) {
          metrics.countOperation(type, hasErrors(result), since(started));
        },
      };
    },
    onSubscribe({ args }) {
      const started = performance.now();
      return {
        onSubscribeResult({ result, setResult }) {
          metrics.countOperation("subscription", hasErrors(result), since(started));
          if (!(Symbol.asyncIterator in result)) return;
          // Only HTTP has a request for each operation; on a WebSocket, its signal stands for one.
          const { client, request } = args.contextValue;
          const transport = request instanceof Request ? "sse" : "websocket";
          const { endsAt } = client;
          setResult(subscriptions.track(result, { client: keyOf(client), transport, endsAt }));
        },
      };
    },
  };
}

function hasErrors(result: unknown): boolean {
  return ((result as ExecutionResult).errors?.length ?? 0) > 0;
}

/** @returns seconds */
function since(started: number): number {
  return (performance.now() - started) / 1000;
}
