/**
 * Span of each GraphQL operation on every transport, with OpenTelemetry's attributes and the id of its run. It contains
 * the document without literal values, and no variables. A subscription's span ends when it is open: the subscription
 * itself may last for days.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/graphql/graphql-spans/
 */
import {
  type Context,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  trace,
} from "@opentelemetry/api";
import {
  type DocumentNode,
  type ExecutionResult,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  print,
  valueFromASTUntyped,
  visit,
} from "graphql";
import type { GraphQLParams, Plugin } from "graphql-yoga";
import { isTracing, markFailed, tracer } from "../../../lib/trace.ts";
import { runKey } from "../../../schema/base/global_id.ts";
import { errorCode } from "../../http/errors.ts";

/** Span of an operation. */
export interface OperationSpan {
  /** Runs a part of the operation's work in its span. */
  within<Result>(work: () => Result): Result;
  /** Ends the span: the operation has a result, or is an open subscription. */
  end(result: object): void;
}

const NO_SPAN: OperationSpan = { within: (work) => work(), end() {} };

/** Characters of a document and of an error's message in a span. */
const MAX_DOCUMENT_CHARACTERS = 4_000;
const MAX_MESSAGE_CHARACTERS = 500;

/** Characters of an operation's name, which may be as long as a request. */
const MAX_NAME_CHARACTERS = 100;

/** Errors of a result in a span. */
const MAX_ERRORS = 10;

/** Creates the plugin. It starts the spans of operations over HTTP, and describes those of all transports. */
export function useOperationSpan(): Plugin {
  if (!isTracing) return {};
  return {
    onParams({ paramsHandler, setParamsHandler }) {
      setParamsHandler(async (payload) => {
        const span = startOperation(context.active());
        const result = await span.within(() => paramsHandler(payload));
        span.end(result);
        return result;
      });
    },
    onParse({ context: { params } }) {
      return ({ result }) => {
        const span = trace.getActiveSpan();
        if (span && isDocument(result)) describe(span, result, params);
      };
    },
  };
}

/**
 * Starts the span of an operation over a WebSocket. Its parent is the `traceparent` of the operation's extensions, as
 * browsers cannot set a socket's headers. Without one it begins a trace, linked to the span of the upgrade request.
 */
export function startSocketOperation(
  extensions: Readonly<Record<string, unknown>> | null | undefined,
  opened: Link["context"] | undefined,
): OperationSpan {
  if (!isTracing) return NO_SPAN;
  const { traceparent } = extensions ?? {};
  const parent = typeof traceparent === "string"
    ? propagation.extract(ROOT_CONTEXT, { traceparent })
    : ROOT_CONTEXT;
  return startOperation(parent, opened ? [{ context: opened }] : []);
}

function startOperation(parent: Context, links: Link[] = []): OperationSpan {
  const span = tracer.startSpan("GraphQL Operation", { kind: SpanKind.SERVER, links }, parent);
  const active = trace.setSpan(parent, span);
  return {
    within: (work) => context.with(active, work),
    end(result) {
      const { errors = [] } = result as ExecutionResult;
      for (const [index, { message, extensions }] of errors.slice(0, MAX_ERRORS).entries()) {
        const type = errorCode(extensions);
        const shown = message.slice(0, MAX_MESSAGE_CHARACTERS);
        span.addEvent("exception", { "exception.type": type, "exception.message": shown });
        if (index === 0) markFailed(span, type, shown);
      }
      span.end();
    },
  };
}

/** Spans that have a run already: attributes are added, not replaced. */
const withRun = new WeakSet<Span>();

/** Adds the run to the span of the current operation. Only the first run of an operation is added. */
export function noteRun(runId: string | null, span = trace.getActiveSpan()): void {
  if (runId === null || !span || withRun.has(span)) return;
  withRun.add(span);
  span.setAttribute("epochql.run.id", runId);
}

function describe(
  span: Span,
  document: DocumentNode,
  { operationName, variables }: GraphQLParams,
): void {
  span.setAttribute("graphql.document", withoutValues(document));
  const operation = getOperationAST(document, operationName);
  if (!operation) return;
  span.updateName(operation.operation);
  span.setAttribute("graphql.operation.type", operation.operation);
  if (operation.name) {
    span.setAttribute("graphql.operation.name", operation.name.value.slice(0, MAX_NAME_CHARACTERS));
  }
  noteRun(runOf(operation, variables ?? {}), span);
}

/** Cached texts: Yoga parses each document once. */
const printed = new WeakMap<DocumentNode, string>();

/** Prints a document with every literal value replaced by an empty or zero one. */
function withoutValues(document: DocumentNode): string {
  const known = printed.get(document);
  if (known !== undefined) return known;
  const text = print(visit(document, {
    StringValue: (node) => ({ ...node, value: "", block: false }),
    IntValue: (node) => ({ ...node, value: "0" }),
    FloatValue: (node) => ({ ...node, value: "0" }),
  })).slice(0, MAX_DOCUMENT_CHARACTERS);
  printed.set(document, text);
  return text;
}

/** Returns the run that an argument of a root field names. */
function runOf(
  { selectionSet }: OperationDefinitionNode,
  variables: Record<string, unknown>,
): string | null {
  for (const field of selectionSet.selections) {
    if (field.kind !== Kind.FIELD) continue;
    for (const { name, value } of field.arguments ?? []) {
      if (name.value !== "runId" && name.value !== "id") continue;
      const given = valueFromASTUntyped(value, variables);
      const key = typeof given === "string" ? runKey(given) : undefined;
      if (key !== undefined) return key;
    }
  }
  return null;
}

function isDocument(result: object): result is DocumentNode {
  return "kind" in result && result.kind === Kind.DOCUMENT;
}
