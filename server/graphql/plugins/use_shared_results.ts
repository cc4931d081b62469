/**
 * Yoga plugin that executes a subscription once per event for all of its subscribers: those with the same document and
 * variables read the same event (runs/reading/coalesced_reads.ts) and share its result, which lives as long as the event.
 */
import {
  createSourceEventStream,
  type DocumentNode,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  Kind,
  visit,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import type { ApiContext } from "../../../schema/base/context.ts";
import { maskError, maskResult } from "../mask_errors.ts";
import { identifyResult } from "../resumption.ts";
import { SHARED_RESULTS_MS } from "../../timeouts.ts";

/** Results that several subscribers may get. */
const shared = new WeakSet<ExecutionResult>();

/** Returns whether several subscribers may get a result, so that its encoding is worth caching. */
export function isShared(result: ExecutionResult): boolean {
  return shared.has(result);
}

/** Subscribers of one operation with the same variables and scope. */
interface Group {
  /** Results by event. */
  readonly results: WeakMap<object, ExecutionResult>;
  subscribers: number;
  /** True if it had several subscribers: one alone has nothing to share. */
  isShared: boolean;
}

/** Creates the plugin. A result depends only on the event, the store, the operation and the viewer's scope. */
export function useSharedResults(): Plugin {
  /** Groups by document, which Yoga parses once per text. */
  const groups = new WeakMap<DocumentNode, Map<string, Group>>();

  function join(args: ExecutionArgs): { readonly group: Group; leave(): void } {
    const ofDocument = groups.get(args.document) ?? new Map<string, Group>();
    groups.set(args.document, ofDocument);
    const { viewer } = args.contextValue as ApiContext;
    const key = JSON.stringify([
      args.operationName ?? null,
      viewer?.scope ?? null,
      relevantVariables(args),
    ]);
    const known = ofDocument.get(key);
    const group = known ?? { results: new WeakMap(), subscribers: 0, isShared: false };
    ofDocument.set(key, group);
    group.subscribers++;
    group.isShared = known !== undefined;
    let left = false;
    return {
      group,
      leave() {
        if (left) return;
        left = true;
        if (--group.subscribers > 0) return;
        const timer = setTimeout(() => {
          if (group.subscribers === 0) ofDocument.delete(key);
        }, SHARED_RESULTS_MS);
        Deno.unrefTimer(timer);
      },
    };
  }

  async function subscribe(
    args: ExecutionArgs,
  ): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult, void>> {
    const source = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in source)) return source;
    const events = source[Symbol.asyncIterator]();
    const { group, leave } = join(args);
    const resultOf = (event: unknown): ExecutionResult | Promise<ExecutionResult> => {
      const run = () => {
        const result = execute({ ...args, rootValue: event });
        const finish = (value: ExecutionResult) => {
          const masked = maskResult(value);
          return isObject(event) ? identifyResult(masked, event) : masked;
        };
        return result instanceof Promise ? result.then(finish) : finish(result);
      };
      // An error belongs to its subscriber.
      if (!group.isShared || !isObject(event) || event instanceof Error) return run();
      const known = group.results.get(event);
      if (known) return known;
      const result = run();
      // An asynchronous execution is cancelled with its subscriber.
      if (result instanceof Promise) return result;
      group.results.set(event, result);
      shared.add(result);
      return result;
    };
    return execution(events, resultOf, leave);
  }

  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(subscribe);
    },
  };
}

/** Iterates over the results of a subscription's events. An error that ends it is its last result. */
function execution(
  events: AsyncIterator<unknown>,
  resultOf: (event: unknown) => ExecutionResult | Promise<ExecutionResult>,
  leave: () => void,
): AsyncIterableIterator<ExecutionResult, void> {
  const done = { done: true, value: undefined } as const;
  let hasFailed = false;
  const iterator: AsyncIterableIterator<ExecutionResult, void> = {
    [Symbol.asyncIterator]: () => iterator,
    async next() {
      if (hasFailed) return done;
      try {
        const step = await events.next();
        if (step.done) {
          leave();
          return done;
        }
        const result = resultOf(step.value);
        return { done: false, value: result instanceof Promise ? await result : result };
      } catch (error) {
        hasFailed = true;
        leave();
        return { done: false, value: { errors: [maskError(error)] } };
      }
    },
    async return() {
      leave();
      await events.return?.();
      return done;
    },
  };
  return iterator;
}

/**
 * Returns the variables that a result depends on. Those of the root field's arguments only select the events, such as
 * each subscriber's cursor.
 */
function relevantVariables({ document, operationName, variableValues }: ExecutionArgs) {
  const names = new Set<string>();
  const note = { Variable: ({ name }: { name: { value: string } }) => void names.add(name.value) };
  for (const selection of getOperationAST(document, operationName)?.selectionSet.selections ?? []) {
    if (selection.kind !== Kind.FIELD) continue;
    visit({ ...selection, arguments: [] }, note);
  }
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) visit(definition, note);
  }
  return [...names].sort().map((name) => [name, variableValues?.[name] ?? null]);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
