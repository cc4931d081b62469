/**
 * Yoga plugin for @defer (schema/base/defer.ts), which Yoga's executor implements. A client that does not accept
 * incremental delivery gets the result as a whole.
 */
import { type DocumentNode, type ExecutionResult, visit } from "graphql";
import { mapAsyncIterator, type Plugin } from "graphql-yoga";
import { streamForm } from "../../http/accept.ts";
import { deferWhereItServes, deferWithOwnLabels, isDefer } from "../limits/defer_rules.ts";
import type { ToPublic } from "../mask_errors.ts";

/** Creates the plugin. */
export function useDeferredResults(toPublic: ToPublic): Plugin {
  // Yoga caches parsed documents, so that each is rewritten once.
  const rewritten = new WeakMap<DocumentNode, DocumentNode>();

  function withoutDefer(document: DocumentNode): DocumentNode {
    const known = rewritten.get(document);
    if (known) return known;
    const plain: DocumentNode = document.loc?.source.body.includes("defer") === false
      ? document
      : visit(document, { Directive: (node) => isDefer(node) ? null : undefined });
    rewritten.set(document, plain);
    return plain;
  }

  const publish = (result: ExecutionResult) => toPublic(result) as ExecutionResult;

  return {
    onValidate({ addValidationRule }) {
      addValidationRule(deferWhereItServes);
      addValidationRule(deferWithOwnLabels);
    },
    onExecute({ args, executeFn, setExecuteFn }) {
      const document = withoutDefer(args.document);
      if (document === args.document) return;
      const { request } = args.contextValue as { readonly request?: unknown };
      // A WebSocket sends parts like results.
      if (!(request instanceof Request) || acceptsParts(request)) return;
      setExecuteFn((args) => executeFn({ ...args, document }));
    },
    onResultProcess({ request, result, resultProcessor, setResult, setResultProcessor }) {
      if (Array.isArray(result) || !(Symbol.asyncIterator in result) || !resultProcessor) return;
      // useResultStreams() sends these.
      if (streamForm(request, true)) return;
      setResult(mapAsyncIterator(result as AsyncIterable<ExecutionResult>, publish));
      setResultProcessor(async (result, fetchApi, type) => {
        const response = await resultProcessor(result, fetchApi, type);
        // nginx would buffer parts, other proxies gather them to compress them.
        response?.headers.set("x-accel-buffering", "no");
        response?.headers.set("cache-control", "no-store, no-transform");
        return response;
      }, "multipart/mixed");
    },
  };
}

/** Content types of parts: events, and multipart in the first proposal's form, which has no name, or Apollo's. */
const PARTS =
  /text\/event-stream|multipart\/mixed(?!\s*;[^,]*(?:subscriptionSpec|incrementalSpec|deferSpec=(?!20220824)))/;

function acceptsParts(request: Request): boolean {
  return PARTS.test(request.headers.get("accept") ?? "");
}
