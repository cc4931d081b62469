/**
 * A disk is full while a checkpoint or an event is written: the training waits, reports the reason, and continues
 * when there is space. The disk is a small tmpfs, which this process must be allowed to mount.
 */
import { join } from "node:path";
import { errorMessage } from "../../../lib/error_message.ts";
import type { RunEvent } from "../../../runs/log/event.ts";
import { ApiError, ask } from "../api.ts";
import { type Cluster, openCluster } from "../cluster.ts";
import { type Findings, must, together } from "../invariants.ts";
import { readLog, until } from "../trainings.ts";
import {
  BEGINNING,
  cancel,
  cancelled,
  checkWatchedRun,
  ENDLESS,
  type Proof,
  type ProofContext,
  START,
  startWatched,
  untilStep,
} from "./proof.ts";

/** Size of the disk: the datasets and some more. */
const DISK_MB = 96;

/** Time for which the disk is full, in seconds. */
const FULL_S = 20;
const SHORT_FULL_S = 1;

/** Messages about a full disk. */
const SAID = /disk is full|space left/;

/** Number of steps trained after there is space again. */
const STEPS = 100;

export const fullDisk: Proof = {
  title: "a full disk makes the training wait and say why; it goes on when there is room",
  stores: ["sqlite"],
  whyNot,
  async prove(context) {
    const checkpoints = await proveWith("checkpoints", context);
    const all = await proveWith("everything", context);
    return together(checkpoints, all);
  },
};

function logIn(events: readonly RunEvent[]): readonly RunEvent<"log">[] {
  return events.filter((event) => event.type === "log");
}

/** Checks that a log reports the full disk, and that the training continues. */
function isTold(events: readonly RunEvent[]): boolean {
  const logged = logIn(events);
  const cause = logged.findIndex(({ level, message }) => level === "error" && SAID.test(message));
  return cause >= 0 && logged.slice(cause).some(({ level }) => level === "info");
}

/** @param what is on the full disk: checkpoints only, or the database too */
async function proveWith(
  what: "checkpoints" | "everything",
  { workspace, store, isShort, signal, use, note }: ProofContext,
): Promise<Findings> {
  const disk = await mountDisk();
  use({ close: disk.unmount });
  const home = what === "everything" ? disk.path : (await workspace.place(store)).home;
  if (what === "everything") await workspace.putData(home);
  const cluster = use(
    await openCluster({
      home,
      servers: 1,
      kept: 1,
      apart: 0,
      ...(what === "checkpoints" ? { checkpoints: disk.path } : {}),
    }),
  );
  await cluster.mend();
  const run = await startWatched(cluster, `full disk: ${what}`, ENDLESS, signal);
  await until(cluster.store, signal, async () => {
    const checkpoints = (await cluster.store.get(run.id))?.snapshot.checkpoints ?? [];
    return checkpoints.length > 0 ? true : undefined;
  });
  await disk.fill();
  const said = what === "checkpoints"
    ? await troubleOf(cluster, run.id, signal)
    : await refusalOf(cluster, signal);
  // The duration is part of the proof.
  const seconds = isShort ? SHORT_FULL_S : FULL_S;
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  const during = await cluster.store.get(run.id);
  await disk.makeRoom();
  await untilStep(cluster, run.id, (during?.snapshot.step ?? 0) + STEPS, signal);
  // Steps trained before it was full may be logged after that.
  if (what === "checkpoints") {
    await until(
      cluster.store,
      signal,
      async () => isTold(await readLog(cluster.store, run.id)) || undefined,
    );
  }
  const done = await cancel(cluster, run, signal);
  const events = await readLog(cluster.store, run.id);
  const logged = logIn(events);
  note(`A full disk (${what}): it waited at step ${during?.snapshot.step}, saying '${said}'`);
  return together(
    await checkWatchedRun(cluster, done, run, cancelled(await workspace.numbersOf(BEGINNING))),
    must("recovery", SAID.test(said), `the cause must be said, got '${said}'`),
    must("recovery", during?.snapshot.state === "RUNNING", "the training must wait"),
    must(
      "recovery",
      what === "checkpoints" || longestSilence(events) > seconds / 2,
      `nothing can have been written on a full disk, got ${longestSilence(events)} s of silence`,
    ),
    must(
      "recovery",
      events.filter(({ type }) => type === "claimed").length === 1,
      "the worker must go on with what it trains",
    ),
    must(
      "recovery",
      what === "everything" || isTold(events),
      `the log must say that it is full, and when it is not any more, got ${
        logged.map(({ message }) => message).join(" / ")
      }`,
    ),
  );
}

/** Waits for the problem that the run's worker reports. */
async function troubleOf({ store }: Cluster, runId: string, signal: AbortSignal): Promise<string> {
  return await until(store, signal, async () => {
    const worker = (await store.workers()).find((worker) => worker.runId === runId);
    return worker?.trouble ?? undefined;
  });
}

/** Sends mutations until the API refuses one, and returns its message. */
async function refusalOf(cluster: Cluster, signal: AbortSignal): Promise<string> {
  for (;;) {
    signal.throwIfAborted();
    try {
      await ask(cluster.origin(), START);
    } catch (error) {
      if (error instanceof ApiError && error.code === "UNAVAILABLE") return error.message;
      throw error;
    }
  }
}

/** The longest time between two events, in seconds. */
function longestSilence(events: readonly RunEvent[]): number {
  const times = events.map(({ at }) => Date.parse(at) / 1000);
  return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time)));
}

interface Disk {
  readonly path: string;
  /** Fills the disk. */
  fill(): Promise<void>;
  /** Frees the space. */
  makeRoom(): Promise<void>;
  unmount(): Promise<void>;
}

async function mountDisk(): Promise<Disk> {
  const path = await Deno.makeTempDir({ prefix: "epochql-disk-" });
  const options = `size=${DISK_MB}m,mode=777`;
  const mounted = await asRoot(["mount", "-t", "tmpfs", "-o", options, "tmpfs", path]);
  if (mounted !== undefined) {
    await Deno.remove(path);
    throw new Error(`Cannot mount a disk: ${mounted}`);
  }
  const ballast = join(path, "ballast");
  return {
    path,
    async fill() {
      using file = await Deno.open(ballast, { create: true, append: true });
      // Down to the last byte.
      for (let size = 1_000_000; size >= 1;) {
        try {
          await file.write(new Uint8Array(size));
        } catch {
          size = Math.floor(size / 10);
        }
      }
    },
    makeRoom: () => Deno.remove(ballast),
    async unmount() {
      const problem = await asRoot(["umount", path]);
      if (problem !== undefined) throw new Error(`Cannot unmount ${path}: ${problem}`);
      await Deno.remove(path);
    },
  };
}

async function whyNot(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "disks in memory are mounted on Linux only";
  try {
    await (await mountDisk()).unmount();
    return undefined;
  } catch (error) {
    const message = errorMessage(error);
    return `this process must be allowed to mount a disk: ${message.trim()}`;
  }
}

/** @returns the failure, if there is one */
async function asRoot(command: readonly string[]): Promise<string | undefined> {
  const [program = "", ...args] = Deno.uid() === 0 ? command : ["sudo", "-n", ...command];
  try {
    const { success, stderr } = await new Deno.Command(program, { args }).output();
    return success ? undefined : new TextDecoder().decode(stderr);
  } catch (error) {
    return errorMessage(error);
  }
}
