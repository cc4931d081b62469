/** The newest checkpoint of a run is damaged while nobody trains it: the one before it is taken, and the log says so. */
import { join } from "node:path";
import { checkpointsFolder } from "../../../runs/run_files.ts";
import { send, untilGone } from "../../processes.ts";
import { openCluster } from "../cluster.ts";
import { type Findings, must, together } from "../invariants.ts";
import { readLog, TRAININGS, until, untilAtRest } from "../trainings.ts";
import { checkWatchedRun, type Proof, startWatched } from "./proof.ts";

/** What happens to files. */
const DAMAGES = {
  "a bit is another": (path: string) => {
    const bytes = Deno.readFileSync(path);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    Deno.writeFileSync(path, bytes);
  },
  "its end is missing": (path: string) => {
    Deno.truncateSync(path, Math.floor(Deno.statSync(path).size / 2));
  },
  "it is gone": (path: string) => Deno.removeSync(path),
} as const;

export const damagedCheckpoint: Proof = {
  title: "a damaged checkpoint falls back to the one before it, which the log says",
  stores: ["sqlite"],
  async prove({ workspace, store, isShort, signal, use, note }) {
    const cluster = use(
      await openCluster({ ...await workspace.place(store), servers: 1, kept: 0, apart: 1 }),
    );
    const found: Findings[] = [];
    const cases = [
      ...Object.entries(DAMAGES).map(([what, damage]) => ({ what, damage, all: false })),
      { what: "all of them are damaged", damage: DAMAGES["a bit is another"], all: true },
    ];
    for (const [index, { what, damage, all }] of cases.entries()) {
      if (isShort && index > 0) break;
      await cluster.mend();
      // Of every recipe: each has another optimizer to go on with.
      const base = TRAININGS.filter(({ recipe }) => recipe !== "DROPOUT_CNN")[index % 3];
      const training = { ...base, epochs: isShort ? 8 : 16 } as (typeof TRAININGS)[number];
      const run = await startWatched(cluster, what, training, signal);
      const { checkpoints, worker } = await until(cluster.store, signal, async () => {
        const run_ = await cluster.store.get(run.id);
        const worker = run_ && await cluster.workerOf(run_);
        const checkpoints = run_?.snapshot.checkpoints ?? [];
        return checkpoints.length > 1 && worker !== undefined ? { checkpoints, worker } : undefined;
      });
      const trainers = cluster.trainersOf(worker);
      send(worker, "SIGKILL");
      for (const pid of [worker, ...trainers]) await untilGone(pid);
      const left = (await cluster.store.get(run.id))?.snapshot.checkpoints ?? checkpoints;
      const damaged = all ? left : left.slice(-1);
      const folder = join(checkpointsFolder(cluster.home), run.id);
      for (const { file } of damaged) damage(join(folder, file));
      await cluster.mend();

      const done = await untilAtRest(cluster.store, run.id, signal);
      const events = await readLog(cluster.store, run.id);
      const warnings = events.filter((event) => event.type === "log" && event.level === "warning");
      const step = all ? 1 : (left.at(-2)?.step ?? 0) + 1;
      const said = warnings.map((event) => event.type === "log" ? event.message : "").join("\n");
      found.push(
        await checkWatchedRun(cluster, done, run, {
          numbers: await workspace.numbersOf(training),
        }),
        must("recovery", warnings.length === damaged.length, `${what}: the log must say so`),
        must(
          "recovery",
          said.endsWith(`goes on from step ${step}.`),
          `${what}: it must go on from step ${step}, got '${said}'`,
        ),
        ...damaged.map(({ file }) =>
          must(
            "recovery",
            events.some((event) => event.type === "checkpointRemoved" && event.file === file),
            `${what}: ${file} must be forgotten`,
          )
        ),
      );
      note(`A damaged checkpoint (${what}): the run went on from step ${step}`);
    }
    return together(...found);
  },
};
