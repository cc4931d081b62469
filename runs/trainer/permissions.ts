/**
 * Minimum permissions of workers and trainers, as flags of Deno.
 */
import { tensorflowPermissions } from "../../native/permissions.ts";
import { checkpointPermissions } from "../checkpoints/permissions.ts";
import { NVIDIA_SMI } from "./gpu.ts";
import { checkpointsFolder } from "../paths.ts";
import type { StoreLocation } from "../store/open.ts";
import { postgresPermissions } from "../store/postgres/location.ts";

/**
 * Returns the flags of a worker. It may run Deno, to start trainers, and nvidia-smi, read its machine's name, and
 * connect to its database and checkpoint store, unless these are files. It loads no native code.
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
 * Returns the flags of a trainer. It loads TensorFlow, reads datasets, has no network, and writes to one folder at
 * most.
 *
 * @param dataFolder the folder of the datasets
 * @param checkpointFolder the folder of its checkpoints, if it writes any
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

/** Returns a path for a flag whose values are separated by commas. */
function inList(path: string): string {
  if (!path.includes(",")) return path;
  throw new Error(
    `Cannot start a worker: paths must have no comma, as Deno's permission flags cannot name them, got '${path}'. ` +
      "Choose another folder with EPOCHQL_HOME.",
  );
}
