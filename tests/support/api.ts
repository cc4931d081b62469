/** The API in this process: operations on a context, without a server. */
import { fail } from "@std/assert";
import { after, before } from "@std/testing/bdd";
import { type ExecutionResult, graphql, type GraphQLSchema, parse, subscribe } from "graphql";
import { join } from "node:path";
import { createApiSchema } from "../../resolvers/api_schema.ts";
import { openSqliteStore } from "../../runs/store/sqlite/store.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { LOCAL } from "../../schema/base/access.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { temporaryFolder } from "../../tools/processes.ts";
import { smallDatasets } from "./datasets.ts";
import { claimRun, type WrittenRun } from "./written_run.ts";

export type Variables = Readonly<Record<string, unknown>>;

/** An error as clients see it. */
export interface SeenError {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** Operations on one context. */
export interface Api {
  readonly context: ApiContext;
  readonly store: RunStore;
  /** Runs a query or a mutation and returns its data; an error fails the test. */
  // The data has the shape that the operation asks for.
  // deno-lint-ignore no-explicit-any
  ask(query: string, variables?: Variables): Promise<any>;
  /** Reads fields of a run by its id in the API; null if there is none. */
  // deno-lint-ignore no-explicit-any
  readRun(id: string, fields: string): Promise<any>;
  /** Runs a query or a mutation that must fail, and returns its only error. */
  refuse(query: string, variables?: Variables): Promise<SeenError>;
  /** Subscribes. A refusal is the only result. */
  subscribe(query: string, variables?: Variables): Promise<AsyncGenerator<ExecutionResult, void>>;
  /** The same operations on a changed context. */
  with(change: Partial<ApiContext>): Api;
}

/** Creates an API on a context. */
export function createApi(
  context: ApiContext,
  schema: GraphQLSchema = createApiSchema(),
): Api {
  const run = (source: string, variableValues: Variables = {}) =>
    graphql({ schema, source, contextValue: context, variableValues });
  return {
    context,
    store: context.store,
    async ask(query, variables) {
      const { data, errors } = await run(query, variables);
      if (errors) throw new AggregateError(errors, JSON.stringify(errors, null, 2));
      return plain(data);
    },
    async readRun(id, fields) {
      return (await this.ask(`query ($id: ID!) { run(id: $id) { ${fields} } }`, { id })).run;
    },
    async refuse(query, variables) {
      const { errors } = await run(query, variables);
      if (errors?.length !== 1) fail(`There must be one error, got ${JSON.stringify(errors)}.`);
      const { message, extensions } = plain(errors[0]) as SeenError;
      return { message, extensions };
    },
    async subscribe(query, variableValues = {}) {
      const document = parse(query);
      const opened = await subscribe({ schema, document, variableValues, contextValue: context });
      return Symbol.asyncIterator in opened ? opened : onlyResult(opened);
    },
    with: (change) => createApi({ ...context, ...change }, schema),
  };
}

/** An API over a store of its own. */
export interface StoredApi extends Api {
  /** File of the database. */
  readonly file: string;
  /** Starts a run, of two epochs of four steps by default, and returns its id. */
  start(input?: Variables): Promise<string>;
  claim(id?: string): Promise<WrittenRun>;
}

/** Opens a store before the tests of a `describe`, and closes it after them. */
export function useApi(): StoredApi {
  let api: StoredApi | undefined;
  let close = async () => {};
  before(async () => {
    const folder = temporaryFolder();
    const file = join(folder.path, "runs.db");
    const store = await openSqliteStore(file);
    const context = { viewer: LOCAL, store, datasets: smallDatasets(), newSeed: () => 7 };
    api = { ...createApi(context), file, start, claim: (id) => claimRun(store, claimOptions(id)) };
    close = async () => {
      await store.close();
      folder[Symbol.dispose]();
    };
  });
  after(() => close());
  const opened = () => api ?? fail("The store opens with the tests.");
  return new Proxy({} as StoredApi, { get: (_, name) => Reflect.get(opened(), name) });

  async function start(input: Variables = {}): Promise<string> {
    const { startTraining } = await opened().ask(
      "mutation ($input: StartTrainingInput) { startTraining(input: $input) { run { id } } }",
      { input: { epochs: 2, trainSamples: 128, ...input } },
    );
    return startTraining.run.id;
  }
}

function claimOptions(id: string | undefined) {
  return { started: false, ...(id === undefined ? {} : { id }) };
}

async function* onlyResult(result: ExecutionResult): AsyncGenerator<ExecutionResult, void> {
  yield await Promise.resolve(result);
}

/** Returns data as JSON has it, where objects have a prototype. */
function plain(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data));
}

/** Returns a BAD_USER_INPUT as clients see it. */
export function badInput(message: string, ...path: readonly (string | number)[]): SeenError {
  return { message, extensions: { code: "BAD_USER_INPUT", path } };
}

/** Returns the refusal of a training with one problem as clients see it. */
export function badTraining(message: string, ...path: readonly (string | number)[]): SeenError {
  const { extensions } = badInput(message, ...path);
  return {
    message,
    extensions: { ...extensions, problems: [{ path: path.map(String), message }] },
  };
}
