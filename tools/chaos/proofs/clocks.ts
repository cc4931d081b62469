/**
 * Clocks are set back by an hour and forward by a day while a run trains: no lease keeps a run from its next worker,
 * and nothing is lost or repeated. The clocks are those of the project's processes, by libfaketime.
 */
import { join } from "node:path";
import { send, untilGone } from "../../processes.ts";
import { openCluster } from "../cluster.ts";
import { must, together } from "../invariants.ts";
import { readLog, until } from "../trainings.ts";
import {
  BEGINNING,
  cancel,
  cancelled,
  checkWatchedRun,
  ENDLESS,
  type Proof,
  startWatched,
  untilSeen,
  untilStep,
} from "./proof.ts";

/** Number of steps trained after each change. */
const STEPS = 200;

const HOUR_BACK = "-3600";
const DAY_AHEAD = "+86400";

export const clocks: Proof = {
  title: "clocks set back by an hour and forward by a day keep no run from its worker",
  stores: ["sqlite", "postgres"],
  whyNot: () =>
    Promise.resolve(
      findLibrary() === undefined
        ? "no libfaketime was found: install it (apt-get install libfaketime)"
        : undefined,
    ),
  async prove({ workspace, store, signal, use, note }) {
    const place = await workspace.place(store);
    const clock = join(place.home, "clock");
    const setClock = (offset: string) => Deno.writeTextFile(clock, `${offset}\n`);
    await setClock("+0");
    const cluster = use(
      await openCluster({
        ...{ ...place, servers: 1, kept: 0, apart: 2 },
        env: {
          LD_PRELOAD: findLibrary() ?? "",
          FAKETIME_TIMESTAMP_FILE: clock,
          FAKETIME_NO_CACHE: "1",
          // Waits and time-outs are not by the time of day.
          FAKETIME_DONT_FAKE_MONOTONIC: "1",
        },
      }),
    );
    await cluster.mend();
    const run = await startWatched(cluster, "clocks", ENDLESS, signal);
    const begun = await untilStep(cluster, run.id, 100, signal);

    // The lease of the dead worker ends an hour ahead now.
    const worker = await cluster.workerOf(begun);
    if (worker === undefined) throw new Error("The worker that trains must be known.");
    const ended = [worker, ...cluster.trainersOf(worker)];
    for (const pid of ended) send(pid, "SIGKILL");
    await setClock(HOUR_BACK);
    for (const pid of ended) await untilGone(pid);
    const taken = await until(cluster.store, signal, async () => {
      const claims = await readLog(cluster.store, run.id, ["claimed"]);
      return claims[1] && await cluster.store.get(run.id);
    });
    await untilStep(cluster, run.id, taken.snapshot.step + STEPS, signal);

    await cluster.mend();
    await setClock(DAY_AHEAD);
    const { step } = taken.snapshot;
    const { snapshot } = await untilStep(cluster, run.id, step + 2 * STEPS, signal);
    await untilSeen(run.watchers, snapshot.lastSeq);
    const done = await cancel(cluster, run, signal);
    const claims = await readLog(cluster.store, run.id, ["claimed"]);
    note(`Clocks an hour back and a day ahead on ${store}: claimed ${claims.length} times`);
    return together(
      await checkWatchedRun(cluster, done, run, cancelled(await workspace.numbersOf(BEGINNING))),
      // By the clock a day ahead the second lease has ended, so the third worker may take the run as well.
      must(
        "recovery",
        claims.length === 2 || claims.length === 3,
        `the run must be claimed again for the dead worker and once for the clock, got ${claims.length}`,
      ),
    );
  },
};

/** Finds libfaketime where Linux distributions have it; undefined if it is not installed. */
function findLibrary(): string | undefined {
  if (Deno.build.os !== "linux") return undefined;
  const triple = `${Deno.build.arch}-linux-gnu`;
  return [`/usr/lib/${triple}/faketime`, "/usr/lib64/faketime", "/usr/lib/faketime"]
    .map((folder) => join(folder, "libfaketime.so.1"))
    .find((path) => {
      try {
        return Deno.statSync(path).isFile;
      } catch {
        return false;
      }
    });
}
