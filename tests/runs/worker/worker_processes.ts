/** The worker processes of a test. */
import { beforeEach } from "@std/testing/bdd";
import { isAlive } from "../../../tools/processes.ts";
import { present } from "../../support/present.ts";
import { runScript } from "../../support/scripts.ts";

/** Worker processes that a test has started. */
export interface Workers {
  /** Starts worker_process.ts with these arguments. */
  start(...args: readonly string[]): Deno.ChildProcess;
  /** The one that was started last. */
  last(): Deno.ChildProcess;
  /** Kills those that still run. */
  kill(): Promise<void>;
}

/** Begins each test of the surrounding suite without processes. */
export function workersPerTest(): Workers {
  let processes: Deno.ChildProcess[] = [];
  beforeEach(() => {
    processes = [];
  });
  return {
    start(...args) {
      const worker = runScript("tests/support/worker_process.ts", args, { stderr: "null" });
      processes.push(worker);
      return worker;
    },
    last: () => present(processes.at(-1)),
    async kill() {
      for (const process of processes) {
        if (isAlive(process.pid)) process.kill("SIGKILL");
        await process.status;
      }
    },
  };
}
