/**
 * A Yoga plugin for @defer (schema/base/defer.ts). Yoga's executor carries it out; this file says for whom: who does not take
 * an answer in parts is given it as a whole.
 */
import { type DocumentNode, type ExecutionResult, visit } from "graphql";
import { mapAsyncIterator, type Plugin } from "graphql-yoga";
import { deferWhereItServes, deferWithOwnLabels, isDefer } from "../limits/defer_rules.ts";
import type { ToPublic } from "../../transports/sse/event_frames.ts";

/** Lets operations defer parts of their answers. */
export function useDeferredResults(toPublic: ToPublic): Plugin {
  // Documents are parsed once.
  const whole = new WeakMap<DocumentNode, DocumentNode>();

  function withoutDefer(document: DocumentNode): DocumentNode {
    const known = whole.get(document);
    if (known) return known;
    const made: DocumentNode = document.loc?.source.body.includes("defer") === false
      ? document
      : visit(document, { Directive: (node) => isDefer(node) ? null : undefined });
    whole.set(document, made);
    return made;
  }

  const publish = (answer: ExecutionResult) => toPublic(answer) as ExecutionResult;

  return {
    onValidate({ addValidationRule }) {
      addValidationRule(deferWhereItServes);
      addValidationRule(deferWithOwnLabels);
    },
    onExecute({ args, executeFn, setExecuteFn }) {
      const document = withoutDefer(args.document);
      if (document === args.document) return;
      const { request } = args.contextValue as { readonly request?: unknown };
      // A WebSocket carries parts as it carries answers.
      if (!(request instanceof Request) || takesParts(request)) return;
      setExecuteFn((args) => executeFn({ ...args, document }));
    },
    onResultProcess({ request, result, resultProcessor, setResult, setResultProcessor }) {
      if (Array.isArray(result) || !(Symbol.asyncIterator in result) || !resultProcessor) return;
      // Events are made elsewhere.
      if (request.headers.get("accept")?.includes("text/event-stream")) return;
      setResult(mapAsyncIterator(result as AsyncIterable<ExecutionResult>, publish));
      setResultProcessor(async (result, fetchApi, type) => {
        const response = await resultProcessor(result, fetchApi, type);
        // nginx would hold parts back.
        response?.headers.set("x-accel-buffering", "no");
        return response;
      }, "multipart/mixed");
    },
  };
}

/** The forms in which parts come: events, and multipart as it was proposed first, which has no name, or Apollo's. */
const PARTS =
  /text\/event-stream|multipart\/mixed(?!\s*;[^,]*(?:incrementalSpec|deferSpec=(?!20220824)))/;

function takesParts(request: Request): boolean {
  return PARTS.test(request.headers.get("accept") ?? "");
}
