/**
 * Yoga plugin that rejects operations before execution, on every transport: too many tokens, too large, too costly or
 * too frequent.
 */
import {
  type DocumentNode,
  type ExecutionArgs,
  type FragmentDefinitionNode,
  getOperationAST,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Limits } from "../../../config/limits.ts";
import { auditMutation } from "../../auth/audit.ts";
import { type Client, keyOf } from "../../http/client.ts";
import { OPERATION_LIMITS, tooLarge } from "../limits/operation_limits.ts";
import { rateLimited, refusal } from "../../http/refusal.ts";
import { operationCost } from "../limits/operation_cost.ts";
import { operationSize } from "../limits/operation_size.ts";
import { tooDeep } from "../limits/variables_depth.ts";
import type { Subscriptions } from "../subscriptions.ts";
import { createTokenBuckets } from "../../auth/token_bucket.ts";

/** An operation that is about to be executed. */
interface Candidate {
  readonly args: ExecutionArgs;
  readonly operation: OperationDefinitionNode;
  readonly client: Client;
}

/** Creates the plugin. */
export function useOperationLimits(limits: Limits, subscriptions: Subscriptions): Plugin {
  const mutations = createTokenBuckets(limits.mutationsPerMinute, limits.mutationsPerMinute / 60);
  // Yoga caches parsed documents, so that each is validated once.
  const validated = new WeakMap<DocumentNode, readonly Error[]>();
  // Costs of operations without variables.
  const costs = new WeakMap<OperationDefinitionNode, number>();

  const refuseText = (document: DocumentNode): GraphQLError | undefined => {
    const size = operationSize(document);
    if (!limits.introspection && size.introspectionDepth > 0) {
      return refusal("introspection is off on this server.", "FORBIDDEN", { status: 403 });
    }
    return tooLarge(size);
  };

  const costOf = ({ args, operation }: Candidate): number => {
    const { schema, document, variableValues } = args;
    const fragments = fragmentsOf(document);
    return operationCost({ schema, operation, fragments, variables: variableValues ?? {} });
  };

  const refuseCost = (candidate: Candidate): GraphQLError | undefined => {
    const { operation } = candidate;
    const cost = costs.get(operation) ?? costOf(candidate);
    if (!operation.variableDefinitions?.length) costs.set(operation, cost);
    if (cost <= OPERATION_LIMITS.cost) return undefined;
    return refusal(
      `the operation must cost at most ${OPERATION_LIMITS.cost} points, got ${Math.ceil(cost)}. ` +
        "Ask for fewer items, or for less of each.",
    );
  };

  const refuseMutations = ({ args, operation, client }: Candidate): GraphQLError | undefined => {
    const fields = rootFields(operation.selectionSet, fragmentsOf(args.document));
    const wait = mutations.take(keyOf(client), fields.length);
    if (wait === 0) return undefined;
    for (const field of fields) {
      const name = operation.name?.value ?? null;
      auditMutation(client, { operation: name, field, runId: null, code: "RATE_LIMITED" });
    }
    return rateLimited(
      `a client must make at most ${limits.mutationsPerMinute} mutations a minute, got more.`,
      Math.min(wait, 60),
    );
  };

  return {
    onParse({ setParseFn }) {
      setParseFn(parseWithinLimits);
    },
    onValidate({ params: { documentAST }, setResult }) {
      const document: DocumentNode = documentAST;
      const before = validated.get(document);
      if (before) return setResult(before);
      const error = refuseText(document);
      if (error) setResult([error]);
      return ({ result }) => void validated.set(document, result);
    },
    onExecute({ args, setResultAndStopExecution }) {
      const candidate = findCandidate(args);
      if (!candidate) return;
      const error = tooDeep(args.variableValues) ?? refuseCost(candidate) ??
        (candidate.operation.operation === "mutation" ? refuseMutations(candidate) : undefined);
      if (error) setResultAndStopExecution({ errors: [error] });
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const candidate = findCandidate(args);
      if (!candidate) return;
      const error = tooDeep(args.variableValues) ?? refuseCost(candidate) ??
        subscriptions.refuse(keyOf(candidate.client));
      if (error) setResultAndStopExecution({ errors: [error] });
    },
  };
}

const parseWithinLimits: typeof parse = (source, options) => {
  try {
    return parse(source, { ...options, maxTokens: OPERATION_LIMITS.tokens });
  } catch (error) {
    if (/ tokens\. Parsing aborted/.test(String(error))) {
      throw refusal(
        `the operation must have at most ${OPERATION_LIMITS.tokens} tokens, got more.`,
      );
    }
    // The parser is recursive: deep nesting exceeds JavaScript's stack.
    if (error instanceof RangeError) throw tooDeepToRead();
    throw error;
  }
};

function tooDeepToRead(): GraphQLError {
  return new GraphQLError(
    "Cannot read the document: its brackets must be nested less deeply, " +
      "got more levels than can be followed.",
    { extensions: { code: "BAD_USER_INPUT", http: { status: 400 } } },
  );
}

function findCandidate(args: ExecutionArgs): Candidate | undefined {
  const operation = getOperationAST(args.document, args.operationName);
  // Without an operation nothing is executed.
  if (!operation) return undefined;
  const { client } = args.contextValue as { readonly client: Client };
  return { args, operation, client };
}

/** Returns the fragments of a document by name. */
function fragmentsOf({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((node) => [node.name.value, node]));
}

/** Returns the names of a mutation's root fields. */
function rootFields(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly string[] {
  return selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) {
      return node.name.value.startsWith("__") ? [] : [node.name.value];
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
    return fragment ? rootFields(fragment.selectionSet, fragments) : [];
  });
}
