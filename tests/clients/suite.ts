/**
 * Tests that every client library passes: starting a run, following it, reading it, and error codes. Each client's file
 * connects it as its own documentation does.
 */
import { assertEquals, fail } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { bearer } from "../support/http.ts";
import { startServer, useServer } from "../support/start_server.ts";
import { claimRun } from "../support/written_run.ts";

export const START = `mutation Start($input: StartTrainingInput) {
  startTraining(input: $input) { run { id name state } }
}`;

export const FIND = `query Find($id: ID!) { run(id: $id) { id name state } }`;

export const EPOCHS = `subscription Epochs($runId: ID, $afterEpoch: Int) {
  epochs(runId: $runId, afterEpoch: $afterEpoch) { number testAcc }
}`;

/** A run as FIND and START select it. */
export interface Run {
  readonly id: string;
  readonly name: string;
  readonly state: string;
}

/** An epoch as EPOCHS selects it. */
export interface Epoch {
  readonly number: number;
  readonly testAcc: number;
}

export interface StartAnswer {
  readonly startTraining: { readonly run: Run };
}

export interface FindAnswer {
  readonly run: Run | null;
}

export interface EpochsAnswer {
  readonly epochs: Epoch;
}

/** A client under test. */
export interface ApiClient {
  start(input: Readonly<Record<string, unknown>>): Promise<Run>;
  find(id: string): Promise<Run | null>;
  follow(runId: string, afterEpoch: number): AsyncIterable<Epoch>;
  /** Returns `extensions.code` of an error that a method has thrown. */
  codeOf(error: unknown): unknown;
  dispose(): void | Promise<void>;
}

/** Connects a client. */
export type Connect = (origin: string, token: string | undefined) => ApiClient;

/** Declares the tests of a client. */
export function testClient(name: string, connect: Connect): void {
  describe(name, () => {
    const server = useServer();
    let client: ApiClient;
    before(() => {
      client = connect(server.origin, undefined);
    });
    after(async () => await client.dispose());

    it("starts a run, follows its epochs to the end, and finds it completed", async () => {
      const run = await client.start({ epochs: 3, seed: 1, name: "a run" });
      assertEquals([run.name, run.state], ["a run", "QUEUED"]);
      const epochs = client.follow(run.id, 0)[Symbol.asyncIterator]();
      let next = epochs.next();
      const worker = await claimRun(server.store);
      for (const number of [1, 2]) {
        await worker.trainEpoch();
        assertEquals(plain((await next).value), { number, testAcc: 0.9 + number / 100 });
        next = epochs.next();
      }
      await worker.complete();
      assertEquals((await next).done, true);
      assertEquals((await client.find(run.id))?.state, "COMPLETED");
    });

    it("continues after the last epoch that it has", async () => {
      const { id } = await client.start({ epochs: 3 });
      const worker = await claimRun(server.store);
      for (let epoch = 0; epoch < 3; epoch++) await worker.trainEpoch();
      await worker.complete();
      const epochs = await Array.fromAsync(client.follow(id, 1));
      assertEquals(epochs.map(({ number }) => number), [2, 3]);
    });

    it("recognises errors by their codes", async () => {
      const gone = btoa("Run:gone");
      const cases: [() => Promise<unknown>, string][] = [
        [() => client.start({ epochs: 0 }), "BAD_USER_INPUT"],
        [() => client.start({ epochs: "two" }), "BAD_USER_INPUT"],
        [() => client.find("nonsense"), "BAD_USER_INPUT"],
        [() => Array.fromAsync(client.follow(gone, 0)), "NOT_FOUND"],
        [() => Array.fromAsync(client.follow("nonsense", 0)), "BAD_USER_INPUT"],
      ];
      for (const [attempt, code] of cases) {
        const error = await attempt().then(() => fail(`${attempt}`), (error) => error);
        assertEquals(client.codeOf(error), code, `${attempt}: ${error}`);
      }
      assertEquals(await client.find(gone), null);
    });

    it("authenticates with a token", async () => {
      const token = "correct-horse-battery-staple";
      await using server = await startServer({ token });
      const client = connect(server.origin, token);
      const { id } = await client.start({ epochs: 1 });
      const worker = await claimRun(server.store);
      await worker.trainEpoch();
      await worker.complete();
      assertEquals((await Array.fromAsync(client.follow(id, 0))).length, 1);
      await client.dispose();
    });
  });
}

/** Receiver of the values of an observable. */
export interface Observer<Value> {
  next(value: Value): void;
  error(error: unknown): void;
  complete(): void;
}

/** Converts an observable for `for await`, which unsubscribes when it breaks off. */
export function toIterable<Value>(
  subscribe: (observer: Observer<Value>) => () => void,
): ReadableStream<Value> {
  let unsubscribe = () => {};
  return new ReadableStream<Value>({
    start(controller) {
      unsubscribe = subscribe({
        next: (value) => controller.enqueue(value),
        error: (error) => controller.error(error),
        complete: () => controller.close(),
      });
    },
    cancel: () => unsubscribe(),
  });
}

/** Returns the headers, and connectionParams, of a client with a token. */
export function authorizationOf(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : bearer(token);
}

/** Returns the code of the first error. */
export function firstCode(errors: unknown): unknown {
  const [error] = Array.isArray(errors) ? errors : [];
  return error?.extensions?.code;
}

/** Returns an epoch without the fields that a client's cache adds. */
function plain(epoch: Epoch | undefined): Epoch | undefined {
  return epoch && { number: epoch.number, testAcc: epoch.testAcc };
}
