/**
 * Ends of subscriptions in this process: by their client, their request and their store. What they yield is in
 * tests/wire/.
 */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { StoreUnavailableError } from "../../runs/store/errors.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { type Api, useApi, type Variables } from "../support/api.ts";

/** Changes a store so that its waits end with their signal and in no other way. Resolves `waiting` when one begins. */
function neverWaking(
  store: RunStore,
): { readonly store: RunStore; readonly waiting: Promise<void> } {
  const { promise: waiting, resolve: begin } = Promise.withResolvers<void>();
  const wait = (_mark: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted) resolve();
      begin();
    });
  return { store: { ...store, wait }, waiting };
}

const SUBSCRIPTIONS = [
  "subscription { epochs { number } }",
  "subscription ($runId: ID!) { epochs(runId: $runId) { number } }",
  "subscription ($runId: ID!) { batches(runId: $runId) { step } }",
  "subscription ($runId: ID!) { runEvents(runId: $runId, afterSeq: 1) { seq } }",
  "subscription { runStates { id } }",
] as const;

for (const query of SUBSCRIPTIONS) {
  describe(query, () => {
    const api = useApi();
    const variables = async (): Promise<Variables> =>
      query.includes("$runId") ? { runId: await api.start() } : {};
    const waitOn = async (change: Parameters<Api["with"]>[0] = {}) => {
      const { store, waiting } = neverWaking(api.store);
      const results = await api.with({ store, ...change }).subscribe(query, await variables());
      const pending = results.next();
      await waiting;
      return { results, pending };
    };

    it("ends at once when the client returns while it waits", async () => {
      const { results, pending } = await waitOn();
      assertEquals(await results.return(), { done: true, value: undefined });
      assertEquals((await pending).done, true);
    });

    it("ends at once when the request's signal fires while it waits", async () => {
      const request = new AbortController();
      const { results, pending } = await waitOn({ request });
      request.abort();
      assertEquals((await pending).done, true);
      assertEquals((await results.next()).done, true);
    });

    it("yields an error of the store as its last result", async () => {
      const fail = () => Promise.reject(new StoreUnavailableError("The disk is full."));
      const store: RunStore = { ...api.store, read: fail, current: fail, changes: fail };
      const results = await api.with({ store }).subscribe(query, await variables());
      const { value, done } = await results.next();
      assertEquals(done, false);
      assertEquals(value?.errors?.map(({ message, extensions }) => ({ message, extensions })), [
        { message: "The disk is full.", extensions: { code: "UNAVAILABLE" } },
      ]);
      assertEquals((await results.next()).done, true);
    });
  });
}

describe("a subscription", () => {
  const api = useApi();
  it("logs an error that was not expected, and hides it from the client", async () => {
    const error = new TypeError("secret");
    const logged: unknown[] = [];
    const results = await api.with({
      store: { ...api.store, lastChange: () => Promise.reject(error) },
      onUnexpectedError: (...args) => logged.push(args),
    }).subscribe("subscription { all: runStates { id } }");
    const { value } = await results.next();
    assertEquals(value?.errors?.map(({ message, extensions }) => ({ message, extensions })), [
      { message: "Unexpected error", extensions: { code: "INTERNAL" } },
    ]);
    assertEquals(logged, [[error, "all"]]);
  });
});
