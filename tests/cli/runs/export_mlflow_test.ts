/** `deno task runs export --to mlflow`, to MLflow's own server where it is installed. */
import { assertEquals, assertMatch } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { temporaryFolder } from "../../../tools/processes.ts";
import { missingPackages, PYTHON } from "../../support/python.ts";
import { until } from "../../support/until.ts";
import { startRun, STEPS_PER_EPOCH } from "../../support/written_run.ts";
import { type Host, openHost, startRuns } from "./host.ts";

const missing = await missingPackages("mlflow");
if (missing) console.warn(`Nothing is exported to MLflow: ${missing}.`);

let host: Host;

/** A metric as MLflow has it. */
interface Point {
  readonly value: number;
  readonly step: number;
  readonly timestamp: number;
}

/** An entry as MLflow has it. */
type Entries = readonly { readonly key: string; readonly value: string }[];

/** Returns a port that nobody listens on. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Starts MLflow's server on files in a folder. */
async function startMlflow(folder: string) {
  const origin = `http://127.0.0.1:${freePort()}`;
  const child = new Deno.Command(PYTHON, {
    args: ["-m", "mlflow", "server", "--host", "127.0.0.1", "--port", new URL(origin).port]
      .concat(["--workers", "1", "--backend-store-uri", `sqlite:///${folder}/mlflow.db`])
      .concat(["--artifacts-destination", folder]),
    cwd: folder,
    stdout: "null",
    stderr: "null",
  }).spawn();
  const isUp = () => fetch(`${origin}/health`).then(async (it) => (await it.text(), it.ok));
  await until("MLflow answers", () => isUp().catch(() => false), 300_000);
  const ask = async (path: string, body?: unknown) => {
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const headers = { "content-type": "application/json" };
    return await (await fetch(`${origin}/api/2.0/mlflow/${path}`, { ...init, headers })).json();
  };
  return {
    origin,
    ask,
    /** Returns the runs of an experiment. */
    async runs(experiment: string) {
      const { experiment: { experiment_id: id } } = await ask(
        `experiments/get-by-name?experiment_name=${experiment}`,
      );
      return (await ask("runs/search", { experiment_ids: [id], max_results: 10 })).runs;
    },
    async history(run: string, metric: string): Promise<readonly Point[]> {
      const search = new URLSearchParams({ run_id: run, metric_key: metric });
      const { metrics } = await ask(`metrics/get-history?${search}`);
      return metrics.toSorted((a: Point, b: Point) => a.step - b.step);
    },
    async stop() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

const valueOf = (entries: Entries, name: string) => entries.find(({ key }) => key === name)?.value;

describe("deno task runs export --to mlflow", () => {
  before(async () => {
    host = await openHost();
  });
  after(() => host.close());

  it("exports metrics by step and by epoch, settings, tags and the state, each once", {
    ignore: missing !== undefined,
  }, async () => {
    using folder = temporaryFolder();
    const mlflow = await startMlflow(folder.path);
    try {
      const run = await startRun(host.store, "digits");
      await run.trainEpoch();
      await host.runs("tag", run.key, "first", "cnn");
      const args = ["export", run.key, "--to", "mlflow", mlflow.origin, "--experiment", "mnist"];
      const ended = await host.runs(...args);
      assertEquals([ended.code, ended.stderr], [0, ""]);
      assertMatch(ended.stdout.join("\n"), /'digits' is in the experiment 'mnist' of MLflow at/);
      const [begun] = await mlflow.runs("mnist");
      assertEquals([begun.info.run_name, begun.info.status], ["digits", "RUNNING"]);

      const followed = host.start(...args, "--follow");
      await followed.printed(/digits/);
      await run.trainEpoch();
      await run.append({
        ...{ type: "batches", epoch: 3, firstStep: 2 * STEPS_PER_EPOCH + 1 },
        ...{ losses: [1], accs: [1], samplesPerSecond: 1 },
      });
      await run.complete();
      assertEquals((await followed.end).code, 0);
      for (let again = 0; again < 2; again++) assertEquals((await host.runs(...args)).code, 0);

      const [{ info, data }, ...others] = await mlflow.runs("mnist");
      assertEquals([others.length, info.run_id, info.status], [0, begun.info.run_id, "FINISHED"]);
      const stored = await host.store.get(run.key);
      assertEquals(info.start_time, Date.parse(stored?.snapshot.startedAt ?? ""));
      assertEquals(info.end_time, Date.parse(stored?.snapshot.endedAt ?? ""));
      const losses = await mlflow.history(info.run_id, "step/loss");
      assertEquals(losses.map(({ step }) => step), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
      assertEquals(losses.map(({ value }) => value), [2, 1.5, 1, 0.5, 2, 1.5, 1, 0.5, 1]);
      const accs = await mlflow.history(info.run_id, "epoch/test_acc");
      assertEquals(accs.map(({ step, value }) => [step, value]), [[1, 0.91], [2, 0.92]]);
      const logged = await host.store.read(run.key, { afterSeq: 0, limit: 100 });
      const times = logged.flatMap(({ type, at }) => type === "epoch" ? [Date.parse(at)] : []);
      assertEquals(accs.map(({ timestamp }) => timestamp), times);
      assertEquals(valueOf(data.params, "optimizer"), "sgd");
      assertEquals(valueOf(data.params, "learningRate"), "0.01");
      assertEquals(valueOf(data.tags, "epochql.tags"), "first, cnn");
    } finally {
      await mlflow.stop();
    }
  });

  it("says what is wrong with the address", async () => {
    const run = await startRun(host.store, "refused");
    const to = (address: string) => host.runs("export", run.key, "--to", "mlflow", address);
    const nobody = `http://127.0.0.1:${freePort()}`;
    const unreached = await to(nobody);
    assertEquals(unreached.code, 3);
    assertEquals(
      unreached.stderr,
      `Cannot reach MLflow at ${nobody}: Connection refused. Start it with 'mlflow server', ` +
        "or name another address after '--to mlflow'.\n",
    );
    const other = await to(host.origin);
    assertEquals(other.code, 1);
    assertMatch(
      other.stderr,
      /^Cannot export to http:\S+: it must be the address of an MLflow server .*, got '404.*'\.\n$/,
    );
    const wrong = await to("ftp://host");
    assertEquals(wrong.code, 2);
    assertMatch(wrong.stderr, /^Cannot .*--to mlflow.* got 'ftp:\/\/host'.*\n$/);
  });

  it("signs in by the variables of MLflow's own clients, and takes no password as an argument", async () => {
    const run = await startRun(host.store, "signed in");
    const seen: (string | null)[] = [];
    await using mlflow = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      (request) => {
        seen.push(request.headers.get("authorization"));
        return Response.json({ error_code: "UNAUTHENTICATED", message: "Who?" }, { status: 401 });
      },
    );
    const address = `127.0.0.1:${mlflow.addr.port}`;
    const exportTo = (to: string, env = {}) =>
      startRuns(["export", run.key, "--to", "mlflow", to, "--server", host.origin], env).end;
    const user = { MLFLOW_TRACKING_USERNAME: "user", MLFLOW_TRACKING_PASSWORD: "made-up" };
    const refused = await exportTo(address, user);
    assertMatch(refused.stderr, /^MLflow at http:\S+ refuses the export: Who\?\n$/);
    await exportTo(address, { ...user, MLFLOW_TRACKING_TOKEN: "made-up-token" });
    assertEquals(seen, [`Basic ${btoa("user:made-up")}`, "Bearer made-up-token"]);

    const { code, stderr } = await exportTo(`http://user:made-up@${address}`);
    assertEquals(code, 2);
    assertMatch(stderr, /without name and password: MLFLOW_TRACKING_USERNAME and/);
    assertEquals(stderr.includes("made-up"), false);
    assertEquals(seen.length, 2);
  });
});
