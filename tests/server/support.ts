/**
 * What the tests of the server share: a real server on a free port, over a real store in a temporary folder, and
 * a stand-in for the worker that writes what a training would.
 */
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { ImageDataset, Split } from "../../data/dataset.ts";
import { resolveSpec } from "../../ml/spec/resolve.ts";
import type { Run } from "../../runs/log/run.ts";
import type { RunEventBody } from "../../runs/log/event.ts";
import type { Claim, RunStore } from "../../runs/store/store.ts";
import { openStore } from "../../runs/store/open.ts";
import { createApiSchema } from "../../resolvers/api_schema.ts";
import { type RunningServer, type ServerOptions, startServer } from "../../server/server.ts";
import { createStaticFiles } from "../../server/http/static_files.ts";
import { mainToken } from "../../server/auth/tokens.ts";
import { type PageManifest, readManifest } from "../../server/http/page_manifest.ts";

/** A server with what is behind it. */
export interface TestServer extends RunningServer {
  readonly store: RunStore;
  /** Runs a query or a mutation. */
  // What comes back has the shape that the operation asks for; the tests look at it.
  // deno-lint-ignore no-explicit-any
  ask(query: string, variables?: Record<string, unknown>): Promise<any>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a server on a free port. */
export async function startTestServer(
  { token, ...options }: Partial<ServerOptions> & { readonly token?: string } = {},
): Promise<TestServer> {
  const home = await Deno.makeTempDir({ prefix: "epochql-server-" });
  const store = await openStore({ home });
  const files = new URL(`file://${home}/`);
  const server = startServer({
    port: 0,
    hostname: "127.0.0.1",
    schema: createApiSchema(),
    store,
    datasets: { open: (name, split) => Promise.resolve(smallDataset(name, split)) },
    staticFiles: createStaticFiles(files, readManifest),
    ...(token === undefined ? {} : { tokens: [mainToken(token)] }),
    ...options,
  });
  let stopped: Promise<void> | undefined;
  const stop = () => stopped ??= server.stop();
  return {
    ...server,
    store,
    stop,
    async ask(query, variables) {
      const response = await post(server.origin, { query, ...(variables ? { variables } : {}) });
      const { data, errors } = await response.json();
      if (errors) throw new Error(JSON.stringify(errors));
      return data;
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await store.close();
      await Deno.remove(home, { recursive: true });
    },
  };
}

/** Posts a GraphQL request. */
export function post(
  origin: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${origin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** The only error of an answer, as clients see it. */
export async function errorOf(response: Response): Promise<{ message: string; code: string }> {
  const { errors } = await response.json();
  if (errors?.length !== 1) throw new Error(`There must be one error: ${JSON.stringify(errors)}`);
  return { message: errors[0].message, code: errors[0].extensions.code };
}

/** What is awaited, or an error where a broken server would never give it. */
export async function soon<T>(awaited: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited 10 s in vain: ${what}.`)), 10_000);
  });
  try {
    return await Promise.race([awaited, late]);
  } finally {
    clearTimeout(timer);
  }
}

export const SPEC = resolveSpec({
  recipe: "BASIC_CNN",
  dataset: "mnist",
  epochs: 3,
  batchSize: 32,
  learningRate: 0.01,
  seed: 1,
  device: "CPU",
  trainSamples: 128,
  testSamples: 64,
}, { trainSize: 60_000, testSize: 10_000 });

export const STEPS_PER_EPOCH = 4;

/** Writes a run down, as startTraining does. */
export async function createRun(store: RunStore, name = "a run"): Promise<Run> {
  return (await store.create({ name, spec: SPEC })).run;
}

/** A worker's stand-in: it holds a run and writes what a training would, when told to. */
export interface FakeWorker {
  readonly runId: string;
  append(...events: RunEventBody[]): Promise<Run>;
  trainEpoch(): Promise<void>;
  end(): Promise<void>;
}

/** Claims the next run and starts it. */
export async function claimRun(store: RunStore): Promise<FakeWorker> {
  const claim = await store.claim({ worker: "test", leaseMs: 60_000 });
  if (!claim) throw new Error("There must be a run to claim.");
  let appends = 0;
  let epochs = 0;
  const append = (...events: RunEventBody[]) => store.append(claim, ++appends, events);
  await append(startedEvent(claim));
  return {
    runId: claim.run.id,
    append,
    async trainEpoch() {
      epochs++;
      await append(
        {
          type: "batches",
          epoch: epochs,
          firstStep: (epochs - 1) * STEPS_PER_EPOCH + 1,
          losses: [2, 1.5, 1, 0.5],
          accs: [0.25, 0.5, 0.75, 1],
          samplesPerSecond: 8000,
        },
        {
          type: "epoch",
          number: epochs,
          trainAcc: 0.625,
          trainLoss: 1.25,
          testAcc: 0.9 + epochs / 100,
          testLoss: 0.25,
          learningRate: SPEC.learningRate,
          seconds: 1,
        },
      );
    },
    async end() {
      await append({ type: "completed" });
    },
  };
}

function startedEvent({ run }: Claim): RunEventBody {
  return {
    type: "started",
    device: "CPU (a test, 2 threads)",
    engine: "None 1.0",
    stepsPerEpoch: STEPS_PER_EPOCH,
    steps: STEPS_PER_EPOCH * run.spec.epochs,
    parameters: 121_930,
  };
}

/** A folder as web/build/build_page.ts leaves it, with a page and one file. */
export async function writeAssets(folder: URL): Promise<PageManifest> {
  const files = {
    "playground.html": { type: "text/html; charset=utf-8", text: "<!doctype html>".repeat(100) },
    "main-ABCDEFGH.js": { type: "text/javascript; charset=utf-8", text: "play();\n".repeat(500) },
    "small-ABCDEFGH.css": { type: "text/css; charset=utf-8", text: "a{}" },
  };
  const manifest: PageManifest = {
    sources: [],
    stamp: "",
    page: "playground.html",
    files: Object.fromEntries(
      Object.entries(files).map(([name, { type, text }]) => [name, {
        type,
        bytes: text.length,
        encodings: text.length > 1000 ? ["br", "gzip"] as const : [],
        etag: `"${name.length}-${text.length}"`,
      }]),
    ),
  };
  for (const [name, { text }] of Object.entries(files)) {
    await Deno.writeTextFile(new URL(name, folder), text);
    if (text.length <= 1000) continue;
    await Deno.writeFile(new URL(`${name}.br`, folder), brotliCompressSync(text));
    await Deno.writeFile(new URL(`${name}.gz`, folder), gzipSync(text));
  }
  await Deno.writeTextFile(new URL("manifest.json", folder), JSON.stringify(manifest));
  return manifest;
}

function smallDataset(name: string, split: Split): ImageDataset {
  return {
    name,
    split,
    count: 4,
    images: new Uint8Array(16),
    labels: new Uint8Array([0, 1, 2, 3]),
    imageShape: [2, 2, 1],
    classes: ["0", "1", "2", "3"],
  };
}
