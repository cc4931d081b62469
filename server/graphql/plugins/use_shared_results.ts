/**
 * One execution for all who watch the same. A thousand subscriptions of one form wake up together and read the same
 * event (runs/reading/coalesced_reads.ts); what each asks of it is one answer, made once. Nothing is kept: an answer lives as
 * long as its event.
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
import { SHARED_RESULTS_MS } from "../../timeouts.ts";

/** Answers that more than one watcher may be given. */
const shared = new WeakSet<ExecutionResult>();

/** Whether more than one watcher may be given an answer, so that it is worth while to keep what is made of it. */
export function isShared(answer: ExecutionResult): boolean {
  return shared.has(answer);
}

/** The answers to one operation with one set of variables, by event. */
interface Form {
  readonly answers: WeakMap<object, ExecutionResult>;
  watchers: number;
  /** Whether there were ever two: one alone has nobody to share with. */
  isShared: boolean;
}

/** Executes subscriptions. What an answer holds depends on the event, the store, the operation and a scope. */
export function useSharedResults(): Plugin {
  /** Yoga parses a text once: one document, one text. */
  const forms = new WeakMap<DocumentNode, Map<string, Form>>();

  function join(args: ExecutionArgs): { readonly form: Form; leave(): void } {
    const ofDocument = forms.get(args.document) ?? new Map<string, Form>();
    forms.set(args.document, ofDocument);
    const { viewer } = args.contextValue as ApiContext;
    const key = JSON.stringify([
      args.operationName ?? null,
      viewer?.scope ?? null,
      variablesThatCount(args),
    ]);
    const known = ofDocument.get(key);
    const form = known ?? { answers: new WeakMap(), watchers: 0, isShared: false };
    ofDocument.set(key, form);
    form.watchers++;
    form.isShared = known !== undefined;
    let left = false;
    return {
      form,
      leave() {
        if (left) return;
        left = true;
        if (--form.watchers > 0) return;
        const timer = setTimeout(() => {
          if (form.watchers === 0) ofDocument.delete(key);
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
    const { form, leave } = join(args);
    const answer = (event: unknown): ExecutionResult | Promise<ExecutionResult> => {
      const work = () => execute({ ...args, rootValue: event });
      // An error is its watcher's own.
      if (!form.isShared || !isObject(event) || event instanceof Error) return work();
      const known = form.answers.get(event);
      if (known) return known;
      const made = work();
      // What is waited for hangs on its watcher: it stops when that one goes.
      if (made instanceof Promise) return made;
      form.answers.set(event, made);
      shared.add(made);
      return made;
    };
    const done = { done: true, value: undefined } as const;
    const iterator: AsyncIterableIterator<ExecutionResult, void> = {
      [Symbol.asyncIterator]: () => iterator,
      async next() {
        const step = await events.next();
        if (!step.done) {
          const made = answer(step.value);
          return { done: false, value: made instanceof Promise ? await made : made };
        }
        leave();
        return done;
      },
      async return() {
        leave();
        await events.return?.();
        return done;
      },
    };
    return iterator;
  }

  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(subscribe);
    },
  };
}

/**
 * The variables that make a difference to an answer. Those of the root field's arguments choose the events, such as
 * the cursor that each watcher has its own of; they change nothing in them.
 */
function variablesThatCount({ document, operationName, variableValues }: ExecutionArgs) {
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
