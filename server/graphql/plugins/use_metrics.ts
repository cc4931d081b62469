/** Yoga plugin that counts and times operations on every transport, and tracks open subscriptions. */
import { type ExecutionResult, getOperationAST } from "graphql";
import type { Plugin } from "graphql-yoga";
import { keyOf } from "../../http/client.ts";
import type { Metrics, OperationType } from "../../observability/metrics.ts";
import type { OperationContext } from "../context.ts";
import { noteSource } from "../direct_results.ts";
import type { Subscriptions } from "../subscriptions.ts";

/** Creates the plugin. */
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
          metrics.countOperation(type, hasErrors(result), secondsSince(started));
        },
      };
    },
    onSubscribe({ args }) {
      const started = performance.now();
      return {
        onSubscribeResult({ result, setResult }) {
          metrics.countOperation("subscription", hasErrors(result), secondsSince(started));
          if (!(Symbol.asyncIterator in result)) return;
          // Only HTTP has a request for each operation; a WebSocket passes its signal in its place.
          const { client, request } = args.contextValue;
          const transport = request instanceof Request ? "sse" : "websocket";
          const { endsAt } = client;
          const tracked = subscriptions.track(result, { client: keyOf(client), transport, endsAt });
          if (request instanceof Request) noteSource(request, tracked);
          setResult(tracked);
        },
      };
    },
  };
}

function hasErrors(result: unknown): boolean {
  return ((result as ExecutionResult).errors?.length ?? 0) > 0;
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
