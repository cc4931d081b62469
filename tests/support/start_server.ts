/** The real server in this process, on a free port, over a store in a temporary home. */
import { after, before } from "@std/testing/bdd";
import { fail } from "@std/assert";
import type { GraphQLSchema } from "graphql";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createApiSchema } from "../../resolvers/api_schema.ts";
import { openLabelled } from "../../data/storage/open.ts";
import { openUploadFolder } from "../../data/uploads/upload_folder.ts";
import { serveImports } from "../../imports/service.ts";
import type { UploadStore } from "../../data/uploads/upload_store.ts";
import { openFolderStore } from "../../runs/checkpoints/folder.ts";
import { createStartWeights } from "../../runs/checkpoints/start_weights.ts";
import type { CheckpointStore } from "../../runs/checkpoints/store.ts";
import { deleteRun } from "../../runs/delete_run.ts";
import { checkpointsFolder, scratchFolder, uploadsFolder } from "../../runs/paths.ts";
import { createCheckpointEvaluator } from "../../runs/reading/checkpoint_evaluator.ts";
import { openStore } from "../../runs/store/open.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { createDatasetCache } from "../../server/graphql/dataset_cache.ts";
import { mainToken } from "../../server/auth/tokens.ts";
import { readManifest } from "../../server/http/page_manifest.ts";
import { createStaticFiles } from "../../server/http/static_files.ts";
import {
  type RunningServer,
  type ServerOptions,
  startServer as listen,
} from "../../server/server.ts";
import { smallDatasets } from "./datasets.ts";
import { type Headers, post } from "./http.ts";
import { writeAssets } from "./page_assets.ts";

/** Options of startServer(), beside those of the server itself. */
export interface TestServerOptions extends Partial<ServerOptions> {
  /** The only token. */
  readonly token?: string;
  /** Serves a small page from the home. */
  readonly hasPage?: boolean;
  /** Imports datasets, also from the folder 'sources' beside the home. */
  readonly hasImports?: boolean;
  /** Evaluates checkpoints of a folder in the home, and deletes them with their run. */
  readonly hasCheckpoints?: boolean;
}

/** A server with its home and store. */
export interface TestServer extends RunningServer, AsyncDisposable {
  readonly store: RunStore;
  readonly checkpoints: CheckpointStore;
  /** Folder of the server's files, a folder of its own inside the temporary one. */
  readonly home: string;
  readonly schema: GraphQLSchema;
  /** Address of the API by HTTP. */
  readonly url: string;
  /** Address of the API by WebSocket. */
  readonly socketUrl: string;
  post(body: unknown, headers?: Headers): Promise<Response>;
  /** Fetches a path; an `accept` in place of the options is their only header. */
  get(path: string, options?: RequestInit | string): Promise<Response>;
  /** Runs a query or a mutation and returns its data; an error fails the test. */
  ask(
    query: string,
    variables?: Readonly<Record<string, unknown>>,
    headers?: Headers,
    // The data has the shape that the operation asks for.
    // deno-lint-ignore no-explicit-any
  ): Promise<any>;
}

/** Starts a server: `await using server = await startServer()`. */
export async function startServer(
  { token, hasPage, hasCheckpoints, hasImports, ...options }: TestServerOptions = {},
): Promise<TestServer> {
  const folder = await Deno.makeTempDir({ prefix: "epochql-server-" });
  const home = join(folder, "home");
  await Deno.mkdir(home);
  const files = pathToFileURL(`${home}/`);
  if (hasPage) await writeAssets(files);
  const ownStore = options.store ? undefined : await openStore({ home });
  const store = options.store ?? ownStore ?? fail();
  const checkpoints = openFolderStore(checkpointsFolder(home));
  const evaluator = createCheckpointEvaluator({
    checkpoints: () => Promise.resolve(checkpoints),
    scratch: scratchFolder(home),
  });
  const schema = options.schema ?? createApiSchema();
  const uploads = openUploadFolder(uploadsFolder(home));
  const imported = hasImports ? openImports(home, uploads) : undefined;
  const server = listen({
    port: 0,
    hostname: "127.0.0.1",
    datasets: smallDatasets(),
    uploads,
    ...(imported && { imports: imported.imports, datasets: imported.datasets }),
    weights: createStartWeights({
      checkpoints: () => Promise.resolve(checkpoints),
      scratch: scratchFolder(home),
    }),
    staticFiles: createStaticFiles(files, readManifest),
    ...(token === undefined ? {} : { tokens: [mainToken(token)] }),
    ...(hasCheckpoints
      ? { evaluator, deleteRun: (id) => deleteRun({ store, checkpoints, home }, id) }
      : {}),
    ...options,
    schema,
    store,
  });
  const { origin } = server;
  let stopped: Promise<void> | undefined;
  const stop = () => stopped ??= server.stop();
  return {
    ...server,
    ...{ store, checkpoints, home, schema, stop },
    url: `${origin}/graphql`,
    socketUrl: `${origin.replace("http", "ws")}/graphql`,
    post: (body, headers) => post(origin, body, headers),
    get: (path, options) =>
      fetch(
        `${origin}${path}`,
        typeof options === "string" ? { headers: { accept: options } } : options,
      ),
    async ask(query, variables, headers) {
      const response = await post(origin, { query, variables }, headers);
      const { data, errors } = await response.json();
      if (errors) throw new Error(JSON.stringify(errors));
      return data;
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await imported?.imports.close();
      imported?.datasets.close();
      evaluator.close();
      await ownStore?.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Opens the datasets of a home, as main.ts does. */
function openImports(home: string, uploads: UploadStore) {
  const dataFolder = join(home, "data");
  return {
    datasets: createDatasetCache((name, split) => openLabelled(name, split, dataFolder)),
    imports: serveImports({
      dataFolder,
      uploads,
      sources: join(home, "..", "sources"),
      onError: (error) => console.error(error),
    }),
  };
}

/** Starts a server before the tests of a `describe`, and stops it after them. */
export function useServer(options: TestServerOptions = {}): TestServer {
  let server: TestServer | undefined;
  before(async () => {
    server = await startServer(options);
  });
  after(async () => await server?.[Symbol.asyncDispose]());
  return new Proxy({} as TestServer, {
    get: (_, name) => Reflect.get(server ?? fail("The server starts with the tests."), name),
  });
}
