/**
 * What the processes of a worker are allowed, as Deno's flags: the least they need. The API process has no part
 * in this; it runs no native code.
 */
import { tensorflowPermissions } from "../../native/permissions.ts";
import { checkpointPermissions } from "../checkpoints/permissions.ts";
import { NVIDIA_SMI } from "./gpu.ts";
import { checkpointsFolder } from "../paths.ts";
import type { StoreLocation } from "../store/open.ts";
import { postgresPermissions } from "../store/postgres/location.ts";

/**
 * A worker keeps logs, leases and checkpoints. It may run Deno, as it starts trainers, and the
 * program that knows what an NVIDIA GPU is at; and it knows its machine's name.
 * It has no native code, and no network but the way to its database and to its checkpoints, where these are no files.
 */
export function workerPermissions(
  { home, databaseUrl, checkpoints = checkpointsFolder(home) }: StoreLocation & {
    readonly checkpoints?: string;
  },
): readonly string[] {
  const needs = [checkpointPermissions(checkpoints)];
  if (databaseUrl !== undefined) needs.push(postgresPermissions(databaseUrl));
  const net = needs.flatMap(({ net }) => net);
  return [
    `--allow-read=${[home, ...needs.flatMap(({ read }) => read)].map(inList).join(",")}`,
    `--allow-write=${[home, ...needs.flatMap(({ write }) => write)].map(inList).join(",")}`,
    ...(net.length === 0 ? [] : [`--allow-net=${net.join(",")}`]),
    `--allow-run=${[Deno.execPath(), ...NVIDIA_SMI].map(inList).join(",")}`,
    "--allow-env",
    "--allow-sys=hostname",
  ];
}

/**
 * A trainer loads TensorFlow and reads datasets. It has no network, and writes into one folder at most.
 *
 * @param dataFolder where datasets lie
 * @param checkpointFolder where its checkpoints lie, if it writes any
 */
export function trainerPermissions(
  dataFolder: string,
  checkpointFolder?: string,
): readonly string[] {
  const own = checkpointFolder === undefined ? [] : [checkpointFolder];
  return [
    ...tensorflowPermissions(),
    `--allow-read=${[dataFolder, ...own].map(inList).join(",")}`,
    ...own.map((folder) => `--allow-write=${inList(folder)}`),
  ];
}

/** A path for a flag, which takes a list with commas in between. */
function inList(path: string): string {
  if (!path.includes(",")) return path;
  throw new Error(
    `Cannot start a worker: paths must have no comma, as Deno's permission flags cannot name them, got '${path}'. ` +
      "Choose another folder with EPOCHQL_HOME.",
  );
}
