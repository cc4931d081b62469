/** The newest checkpoint of a paused run is damaged: the run resumes from the previous one and logs it. */
import { join } from "node:path";
import { stepsPerEpoch } from "../../../ml/spec/spec.ts";
import { checkpointsFolder } from "../../../runs/paths.ts";
import { openCluster } from "../cluster.ts";
import { type Findings, must, together } from "../invariants.ts";
import { readLog, type Training, TRAININGS, until } from "../trainings.ts";
import {
  cancel,
  cancelled,
  checkWatchedRun,
  ENDLESS,
  pauseRun,
  type Proof,
  resume,
  startWatched,
  untilStep,
} from "./proof.ts";

/** Kinds of damage to a file. */
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

/** Number of steps trained after the damage. */
const STEPS = 60;

export const damagedCheckpoint: Proof = {
  title: "a run with a damaged checkpoint resumes from the previous one and logs it",
  stores: ["sqlite"],
  async prove({ workspace, store, isShort, signal, use, note }) {
    const place = await workspace.place(store);
    const cluster = use(await openCluster({ ...place, servers: 1, kept: 1, apart: 0 }));
    await cluster.mend();
    const found: Findings[] = [];
    const cases = [
      ...Object.entries(DAMAGES).map(([what, damage]) => ({ what, damage, all: false })),
      { what: "all of them are damaged", damage: DAMAGES["a bit is another"], all: true },
    ];
    for (const [index, { what, damage, all }] of cases.entries()) {
      if (isShort && index > 0) break;
      // Each recipe has a different optimizer state to restore.
      const training: Training = TRAININGS[index] ?? ENDLESS;
      const endless = { ...training, epochs: ENDLESS.epochs };
      const run = await startWatched(cluster, what, endless, signal);
      await until(cluster.store, signal, async () => {
        const checkpoints = (await cluster.store.get(run.id))?.snapshot.checkpoints ?? [];
        return checkpoints.length > 0 ? true : undefined;
      });
      const { snapshot: { checkpoints, step } } = await pauseRun(cluster, run, signal);
      const damaged = all ? checkpoints : checkpoints.slice(-1);
      const folder = join(checkpointsFolder(cluster.home), run.id);
      for (const { file } of damaged) damage(join(folder, file));
      await resume(cluster, run, signal);
      await untilStep(cluster, run.id, step + STEPS, signal);
      const done = await cancel(cluster, run, signal);

      const epochs = Math.ceil(done.snapshot.step / stepsPerEpoch(training));
      const numbers = await workspace.numbersOf({ ...training, epochs });
      const events = await readLog(cluster.store, run.id);
      const warnings = events.flatMap((event) =>
        event.type === "log" && event.level === "warning" ? event.message : []
      );
      const next = all ? 1 : (checkpoints.at(-2)?.step ?? 0) + 1;
      const forgotten = events.flatMap((event) =>
        event.type === "checkpointRemoved" ? event.file : []
      );
      found.push(
        await checkWatchedRun(cluster, done, run, cancelled(numbers)),
        must("recovery", warnings.length === damaged.length, `${what}: the log must say so`),
        must(
          "recovery",
          warnings.at(-1)?.endsWith(`continues from step ${next}.`) ?? false,
          `${what}: it must go on from step ${next}, got '${warnings.at(-1)}'`,
        ),
        must(
          "recovery",
          damaged.every(({ file }) => forgotten.includes(file)),
          `${what}: what is damaged must be forgotten, got ${forgotten.join(", ")}`,
        ),
      );
      note(`A damaged checkpoint (${what}): paused at step ${step}, it went on from step ${next}`);
    }
    return together(...found);
  },
};
