/**
 * What a user does with any client of the API: start a run, follow it, look at it, see what was wrong. Each client's
 * test says how it is done there, as the client's own documentation does.
 */
import { assertEquals, fail } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { claimRun, startTestServer, type TestServer } from "../server/support.ts";

export const START = `mutation Start($input: StartTrainingInput) {
  startTraining(input: $input) { run { id name state } }
}`;

export const FIND = `query Find($id: ID!) { run(id: $id) { id name state } }`;

export const EPOCHS = `subscription Epochs($runId: ID, $afterEpoch: Int) {
  epochs(runId: $runId, afterEpoch: $afterEpoch) { number testAcc }
}`;

/** What FIND and START give. */
export interface Run {
  readonly id: string;
  readonly name: string;
  readonly state: string;
}

/** What EPOCHS gives, again and again. */
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

/** A client, as a user would hold it. */
export interface ApiClient {
  start(input: Readonly<Record<string, unknown>>): Promise<Run>;
  find(id: string): Promise<Run | null>;
  follow(runId: string, afterEpoch: number): AsyncIterable<Epoch>;
  /** `extensions.code` of what one of these threw. */
  codeOf(error: unknown): unknown;
  dispose(): void | Promise<void>;
}

/** How to make one. */
export type Connect = (origin: string, token: string | undefined) => ApiClient;

/** Tests that a user gets along with a client. */
export function testClient(name: string, connect: Connect): void {
  describe(name, () => {
    let server: TestServer;
    let client: ApiClient;
    before(async () => {
      server = await startTestServer();
      client = connect(server.origin, undefined);
    });
    after(async () => {
      await client.dispose();
      await server[Symbol.asyncDispose]();
    });

    it("starts a run, follows its epochs to the end, and finds it completed", async () => {
      const run = await client.start({ epochs: 3, seed: 1, name: "a run" });
      assertEquals(run.name, "a run");
      assertEquals(run.state, "QUEUED");
      const heard = client.follow(run.id, 0)[Symbol.asyncIterator]();
      const first = heard.next();
      const worker = await claimRun(server.store);
      await worker.trainEpoch();
      assertEquals(plain((await first).value), { number: 1, testAcc: 0.91 });
      await worker.trainEpoch();
      assertEquals(plain((await heard.next()).value), { number: 2, testAcc: 0.92 });
      await worker.end();
      assertEquals((await heard.next()).done, true);
      assertEquals((await client.find(run.id))?.state, "COMPLETED");
    });

    it("takes up after the last epoch that it has", async () => {
      const { id } = await client.start({ epochs: 3 });
      const worker = await claimRun(server.store);
      for (let epoch = 0; epoch < 3; epoch++) await worker.trainEpoch();
      await worker.end();
      const epochs = await Array.fromAsync(client.follow(id, 1));
      assertEquals(epochs.map(({ number }) => number), [2, 3]);
    });

    it("sees by the error's code what was wrong", async () => {
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

    it("shows a token to a server that wants one", async () => {
      const token = "correct-horse-battery-staple";
      await using server = await startTestServer({ token });
      const client = connect(server.origin, token);
      const { id } = await client.start({ epochs: 1 });
      const worker = await claimRun(server.store);
      await worker.trainEpoch();
      await worker.end();
      assertEquals((await Array.fromAsync(client.follow(id, 0))).length, 1);
      await client.dispose();
    });
  });
}

/** What observers are told, in order. */
export interface Observer<Value> {
  next(value: Value): void;
  error(error: unknown): void;
  complete(): void;
}

/** An observable as what `for await` reads; to break off unsubscribes. */
export function toIterable<Value>(
  subscribe: (observer: Observer<Value>) => () => void,
): AsyncIterable<Value> {
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

/** The headers and the connectionParams of who has a token. */
export function authorizationOf(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** The API's address for WebSockets. */
export function socketUrl(origin: string): string {
  return `${origin.replace("http", "ws")}/graphql`;
}

/** The data of an answer; one with errors is thrown as an Error whose cause they are. */
export function dataOf<Data>(
  answer: { readonly data?: Data | null | undefined; readonly errors?: unknown } | undefined,
): Data {
  if (!answer?.data || answer.errors) throw new Error("refused", { cause: answer?.errors });
  return answer.data;
}

/** The code of the first of GraphQL's errors. */
export function firstCode(errors: unknown): unknown {
  const [error] = Array.isArray(errors) ? errors : [];
  return error?.extensions?.code;
}

/** Without what a client's cache adds. */
function plain(epoch: Epoch | undefined): Epoch | undefined {
  return epoch && { number: epoch.number, testAcc: epoch.testAcc };
}
