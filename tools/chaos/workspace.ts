/**
 * The workspace of the chaos: a temporary folder, datasets, a PostgreSQL server if there is one,
 * and the numbers of undisturbed trainings.
 */
import { join } from "node:path";
import { downloadDataset } from "../../data/storage/download.ts";
import { addonFile, kernelsFile } from "../../native/paths.ts";
import { type PostgresServer, postgresSkipReason, startPostgres } from "../postgres_server.ts";
import { type Cluster, type ClusterOptions, openCluster } from "./cluster.ts";
import type { Numbers } from "./invariants.ts";
import type { Tally } from "./report.ts";
import { type Training, trainUndisturbed } from "./trainings.ts";

/** Kinds of stores. */
export const STORES = ["sqlite", "postgres"] as const;
export type StoreKind = (typeof STORES)[number];

/** Storage of a cluster's processes. */
export type Place = Pick<ClusterOptions, "home" | "databaseUrl" | "hosts">;

/** The workspace. */
export interface Workspace {
  /** Creates an empty store, a home folder with the datasets, and home folders of other machines. */
  place(store: StoreKind, machines?: number): Promise<Place>;
  /** Copies the datasets to a folder. */
  putData(home: string): Promise<void>;
  /** Returns the temporary PostgreSQL server, which is started by the first call. */
  postgres(): Promise<PostgresServer>;
  /** Returns the numbers of an undisturbed training. Each training is run once. */
  numbersOf(training: Training): Promise<Numbers>;
  /** Stops and removes everything. */
  close(): Promise<void>;
}

/** Reason why training is impossible here, if so. */
export async function whyNoTraining(): Promise<string | undefined> {
  const isThere = (path: string) => Deno.stat(path).then(() => true, () => false);
  if (!await isThere(kernelsFile())) return "the native engine must be set up: deno task setup";
  if (await isThere(addonFile())) return undefined;
  return "TensorFlow must be set up: deno task setup --tensorflow";
}

/** Reason why a store cannot be used here, if so. */
export function whyNoStore(store: StoreKind): string | undefined {
  return store === "postgres" ? postgresSkipReason : undefined;
}

/** @param signal ends trainings */
export async function openWorkspace(tally: Tally, signal: AbortSignal): Promise<Workspace> {
  const folder = await Deno.makeTempDir({ prefix: "epochql-chaos-" });
  const data = join(folder, "data");
  await downloadDataset("mnist", data, () => {});
  let homes = 0;
  let postgres: Promise<PostgresServer> | undefined;
  let calm: Promise<Cluster> | undefined;
  const numbers = new Map<Training, Promise<Numbers>>();

  const workspace: Workspace = {
    async place(store, machines = 0) {
      const home = join(folder, `${store}-${++homes}`);
      const hosts = Array.from({ length: machines }, (_, index) => `${home}-host-${index + 1}`);
      for (const path of [home, ...hosts]) await workspace.putData(path);
      if (store === "sqlite") return { home, hosts };
      return { home, hosts, databaseUrl: await (await workspace.postgres()).createDatabase() };
    },
    putData: (home) => linkFolder(data, join(home, "data")),
    postgres: () => postgres ??= startPostgres({ max_connections: "200" }),
    numbersOf(training) {
      const known = numbers.get(training) ?? train(training);
      numbers.set(training, known);
      return known;
    },
    async close() {
      await (await calm)?.close();
      await (await postgres)?.remove();
      await Deno.remove(folder, { recursive: true });
    },
  };
  return workspace;

  async function train(training: Training): Promise<Numbers> {
    calm ??= openCalm();
    const cluster = await calm;
    const name = `calm ${crypto.randomUUID()}`;
    const trained = await trainUndisturbed(cluster, training, name, signal);
    tally.add(trained.findings);
    for (const { what } of trained.findings.violations) {
      const said = await cluster.said();
      tally.fail({ store: "sqlite", seed: 0, what: `without any trouble: ${what}`, said });
    }
    return trained.numbers;
  }

  async function openCalm(): Promise<Cluster> {
    const place = await workspace.place("sqlite");
    const cluster = await openCluster({ ...place, servers: 1, kept: 1, apart: 0 });
    await cluster.mend();
    return cluster;
  }
}

/** Files are large and only read: they are hard links if possible. */
async function linkFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    if (isDirectory) await linkFolder(source, target);
    else await Deno.link(source, target).catch(() => Deno.copyFile(source, target));
  }
}
