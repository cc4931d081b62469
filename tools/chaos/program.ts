/**
 * Programs of the project as processes that can be killed, frozen and observed. Their output goes to a file, as a
 * pipe would break when this process ends. They do not outlive it.
 */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { isAlive, send } from "../processes.ts";

/** A process. */
export interface Program {
  readonly pid: number;
  /** Reports whether the process has ended. */
  hasEnded(): boolean;
  /** Sends a signal, and waits for the end of the process if the signal ends it. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Freezes it. */
  freeze(): void;
  /** Unfreezes it. */
  thaw(): void;
}

/** The program to start. */
export interface ProgramOptions {
  /** Deno's arguments. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** File for its output. */
  readonly log: string;
}

/** Time from SIGTERM to SIGKILL. */
const KILL_TIMEOUT_MS = 20_000;

/** Starts Deno. */
export function startProgram({ args, env, log }: ProgramOptions): Program {
  const output = openSync(log, "a");
  const child = spawn(Deno.execPath(), [...args], {
    stdio: ["ignore", output, output],
    env: { ...Deno.env.toObject(), ...env, NO_COLOR: "1" },
    // Ctrl-C reaches this process only, which then stops the others.
    detached: true,
  });
  closeSync(output);
  const pid = child.pid;
  if (pid === undefined) throw new Error(`Cannot start ${args.join(" ")}.`);
  const guard = guardOf(pid);
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))
    .then(async () => {
      hasEnded = true;
      await guard.stop();
    });
  const kill = (signal: Deno.Signal) => {
    if (!hasEnded) send(pid, signal);
  };
  return {
    pid,
    hasEnded: () => hasEnded || !isAlive(pid),
    async end(signal) {
      kill(signal);
      const force = setTimeout(() => kill("SIGKILL"), KILL_TIMEOUT_MS);
      await ended;
      clearTimeout(force);
    },
    freeze: () => kill("SIGSTOP"),
    thaw: () => kill("SIGCONT"),
  };
}

/** Stops a process when this one ends, which closes its stdin; with SIGTERM first, as it has children. */
function guardOf(pid: number): { stop(): Promise<void> } {
  const guard = new Deno.Command("sh", {
    args: [
      "-c",
      'read -r _; kill -CONT "$1"; kill -TERM "$1"; sleep 15; kill -KILL "$1"',
      "guard",
      String(pid),
    ],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
  guard.unref();
  return {
    async stop() {
      if (isAlive(guard.pid)) guard.kill("SIGKILL");
      await guard.stdin.close().catch(() => {});
      await guard.status;
    },
  };
}
