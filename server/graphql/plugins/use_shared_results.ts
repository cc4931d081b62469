/**
 * Yoga plugin that executes a subscription once per event for all of its subscribers: those with the same document and
 * variables read the same event (runs/reading/coalesced_reads.ts) and share its result, which lives as long as the
 * event.
 */
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import {
  createPullSource,
  type PullSource,
  toPullSource,
} from "../../../lib/streams/pull_source.ts";
import type { ApiContext } from "../../../schema/base/context.ts";
import { executionOfEvents } from "../event_execution.ts";
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
  /** Number of the group among all that there were. */
  readonly number: number;
  /** Results by event. */
  readonly results: WeakMap<object, ExecutionResult>;
  /** The latest of them, which most subscribers ask for next. */
  last?: { readonly event: object; readonly result: ExecutionResult };
  subscribers: number;
  /** True if it had several subscribers: one alone has nothing to share. */
  isShared: boolean;
}

let groupsSoFar = 0;

/** Creates the plugin. A result depends only on the event, the store, the operation and the viewer's scope. */
export function useSharedResults(): Plugin {
  /** Groups by document, which Yoga parses once per text. */
  const groups = new WeakMap<DocumentNode, Map<string, Group>>();

  /** @param variables names of those that the results depend on */
  function join(
    args: ExecutionArgs,
    variables: readonly string[],
  ): { readonly group: Group; leave(): void } {
    const ofDocument = groups.get(args.document) ?? new Map<string, Group>();
    groups.set(args.document, ofDocument);
    const { viewer } = args.contextValue as ApiContext;
    const key = JSON.stringify([
      args.operationName ?? null,
      viewer?.scope ?? null,
      variables.map((name) => givenValue(args.variableValues, name)),
    ]);
    const known = ofDocument.get(key);
    const group = known ??
      { number: ++groupsSoFar, results: new WeakMap(), subscribers: 0, isShared: false };
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
  ): Promise<ExecutionResult | PullSource<ExecutionResult>> {
    const source = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in source)) return source;
    const events = toPullSource(source);
    const { variables, execute } = executionOfEvents(args);
    const { group, leave } = join(args, variables);
    const resultOf = (event: unknown): ExecutionResult | Promise<ExecutionResult> => {
      const run = () => {
        const result = execute(event);
        const finish = (value: ExecutionResult) => {
          const masked = maskResult(value);
          return isObject(event) ? identifyResult(masked, event) : masked;
        };
        return result instanceof Promise ? result.then(finish) : finish(result);
      };
      // An error belongs to its subscriber.
      if (!group.isShared || !isObject(event) || event instanceof Error) return run();
      if (event === group.last?.event) return group.last.result;
      const known = group.results.get(event);
      if (known) return known;
      const result = run();
      // An asynchronous execution is cancelled with its subscriber.
      if (result instanceof Promise) return result;
      group.results.set(event, result);
      group.last = { event, result };
      shared.add(result);
      return result;
    };
    return execution(events, { key: group.number, resultOf, leave });
  }

  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(subscribe);
    },
  };
}

/** Executes a subscription's events. An error that ends it is its last result. */
function execution(
  events: PullSource<unknown>,
  { key, resultOf, leave }: {
    /** Key of all who get the same result of an event. */
    readonly key: number;
    resultOf(event: unknown): ExecutionResult | Promise<ExecutionResult>;
    leave(): void;
  },
): PullSource<ExecutionResult> {
  const close = () => {
    leave();
    return events.return();
  };
  return createPullSource<ExecutionResult>((sink) => {
    const fail = (error: unknown) => {
      close().catch(() => {});
      sink.next({ errors: [maskError(error)] });
    };
    sink.live?.key.push(key);
    return events.connect({
      ...sink,
      next(event) {
        let result: ReturnType<typeof resultOf>;
        try {
          result = resultOf(event);
        } catch (error) {
          return fail(error);
        }
        if (result instanceof Promise) result.then(sink.next, fail);
        else sink.next(result);
      },
      end() {
        leave();
        sink.end();
      },
      fail,
    });
  }, close);
}

/** Returns a list of a variable's value, without one if it was not given: that is its default then, and not null. */
function givenValue(values: ExecutionArgs["variableValues"], name: string): readonly unknown[] {
  return values && Object.hasOwn(values, name) ? [values[name]] : [];
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
