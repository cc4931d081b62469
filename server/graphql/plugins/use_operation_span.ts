/**
 * A span for each GraphQL operation, on both transports, with the attributes of OpenTelemetry's conventions and the run
 * that it is about. Of what a client sends it holds the document without the values in it, never a variable. A
 * subscription's span ends when it is open, not when it is over: that may be days later.
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

/** The span of an operation. */
export interface OperationSpan {
  /** Does a part of the operation's work. */
  within<Result>(work: () => Result): Result;
  /** The operation has an answer, or, if it is a subscription, is open. */
  end(answer: object): void;
}

const NO_SPAN: OperationSpan = { within: (work) => work(), end() {} };

/** Characters of a document and of an error's message that are kept. */
const LONGEST_DOCUMENT = 4_000;
const LONGEST_MESSAGE = 500;

/** Characters of an operation's name, which may be as long as a request. */
const LONGEST_NAME = 100;

/** Errors of an answer that are told of. */
const MOST_ERRORS = 10;

/** Gives each operation that comes by HTTP its span, and describes those of all transports. */
export function useOperationSpan(): Plugin {
  if (!isTracing) return {};
  return {
    onParams({ paramsHandler, setParamsHandler }) {
      setParamsHandler(async (payload) => {
        const span = startOperation(context.active());
        const answer = await span.within(() => paramsHandler(payload));
        span.end(answer);
        return answer;
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
 * The span of an operation that comes by a WebSocket. Its parent is the one that the operation names in its extensions,
 * as `traceparent`: a browser can give a socket no headers. Else it begins a trace of its own, linked to the span of the
 * request that opened the socket, which is long over.
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
    end(answer) {
      const { errors = [] } = answer as ExecutionResult;
      for (const [index, { message, extensions }] of errors.slice(0, MOST_ERRORS).entries()) {
        const type = errorCode(extensions);
        const shown = message.slice(0, LONGEST_MESSAGE);
        span.addEvent("exception", { "exception.type": type, "exception.message": shown });
        if (index === 0) markFailed(span, type, shown);
      }
      span.end();
    },
  };
}

/** Spans that say which run they are about: attributes are added, not replaced. */
const named = new WeakSet<Span>();

/** Says which run the operation is about that is carried out now. The first one counts. */
export function noteRun(runId: string | null, span = trace.getActiveSpan()): void {
  if (runId === null || !span || named.has(span)) return;
  named.add(span);
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
    span.setAttribute("graphql.operation.name", operation.name.value.slice(0, LONGEST_NAME));
  }
  noteRun(runOf(operation, variables ?? {}), span);
}

/** Documents are parsed once. */
const printed = new WeakMap<DocumentNode, string>();

/** A document as text, with an empty or a zero value in the place of each that somebody wrote into it. */
function withoutValues(document: DocumentNode): string {
  const known = printed.get(document);
  if (known !== undefined) return known;
  const text = print(visit(document, {
    StringValue: (node) => ({ ...node, value: "", block: false }),
    IntValue: (node) => ({ ...node, value: "0" }),
    FloatValue: (node) => ({ ...node, value: "0" }),
  })).slice(0, LONGEST_DOCUMENT);
  printed.set(document, text);
  return text;
}

/** The run that an operation's root field is asked about. */
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
