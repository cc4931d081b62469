/** Folders of runs and uploads on this machine. */
import { join } from "node:path";

/** The folder of a machine, and the location of checkpoints. */
export interface SharedPlaces {
  readonly home: string;
  readonly checkpoints: string;
}

/** Returns the default folder of checkpoints. */
export function checkpointsFolder(home: string): string {
  return join(home, "checkpoints");
}

/** Returns true if checkpoints are where other machines may reach them, and datasets are to be. */
export function isShared({ home, checkpoints }: SharedPlaces): boolean {
  return checkpoints !== checkpointsFolder(home);
}

/** Returns the folder in which workers make one folder per claim, removed afterwards. */
export function scratchFolder(home: string): string {
  return join(home, "scratch");
}

/** Returns the folder of the files that clients upload. */
export function uploadsFolder(home: string): string {
  return join(home, "uploads");
}

/** Returns the folder of the results of a training in a terminal. */
export function resultsFolder(home: string, runId: string): string {
  return join(home, "runs", runId);
}
