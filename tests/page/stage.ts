/** Support of the page's tests: the real server as a process, its store, and a fake worker. */
import { fileURLToPath } from "node:url";
import { ConflictError } from "../../runs/log/errors.ts";
import { isFinished } from "../../runs/log/state.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { openStore } from "../../runs/store/open.ts";
import { until } from "../support/until.ts";
import { buildPage } from "../../web/build/build_page.ts";
import { type FakeWorker, startFakeWorker } from "../support/page_worker.ts";
import { type ServerProcess, startServerProcess } from "../support/program.ts";

/** Everything behind the page. */
export interface Stage {
  readonly origin: string;
  readonly store: RunStore;
  readonly worker: FakeWorker;
  /** Kills the server and starts another at the same address. */
  killServer(): Promise<void>;
  restartServer(): Promise<void>;
  /** Resolves when the newest run has this many epochs in its log. */
  trained(epochs: number): Promise<unknown>;
  /** Resolves when every run has ended. */
  idle(): Promise<unknown>;
  /** Cancels and deletes every run. */
  endRuns(): Promise<void>;
  close(): Promise<void>;
}

/** More runs than any test has. */
const MANY = 1000;

/** Builds the page, if needed, and starts everything. */
export async function openStage(): Promise<Stage> {
  await buildPage();
  const home = await Deno.makeTempDir({ prefix: "epochql-page-" });
  const store = await openStore({ home });
  const worker = startFakeWorker(store);
  let server = await serve(home);
  const { origin } = server;

  const runs = async () => (await store.list({ first: MANY })).runs;
  const open = async () => (await runs()).filter(({ snapshot }) => !isFinished(snapshot.state));
  const idle = () => until("every run has ended", async () => (await open()).length === 0);

  return {
    origin,
    store,
    worker,
    async killServer() {
      await server.stop("SIGKILL");
    },
    async restartServer() {
      server = await serve(home, new URL(origin).port);
    },
    trained: (epochs) =>
      until(
        `${epochs} epochs are logged`,
        async () => ((await runs())[0]?.snapshot.lastEpoch?.number ?? 0) >= epochs,
      ),
    idle,
    async endRuns() {
      worker.go();
      for (const { id } of await open()) {
        await store.request(id, "cancel").catch((error) => {
          if (!(error instanceof ConflictError)) throw error; // It ended meanwhile.
        });
      }
      await idle();
      for (const { id } of await runs()) await store.delete(id);
    },
    async close() {
      await server.stop("SIGKILL");
      await worker.stop();
      await store.close();
      await Deno.remove(home, { recursive: true });
    },
  };
}

function serve(home: string, port = "0"): Promise<ServerProcess> {
  const script = fileURLToPath(new URL("serve.ts", import.meta.url));
  return startServerProcess({ args: ["-A", script, home, port], showsErrors: true });
}
