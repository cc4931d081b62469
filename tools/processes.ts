/**
 * Processes, ports and temporary folders of tests and tools.
 */
import process from "node:process";

/** Reports whether a process runs. Zombies do not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0); // Sends nothing.
  } catch {
    return false;
  }
  try {
    return !/\) Z /.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return Deno.build.os !== "linux";
  }
}

/** Longest time for which a process may outlive its end. */
const GONE_LIMIT_MS = 60_000;

/**
 * Waits until a process is gone.
 *
 * @throws an error if it is still there after a minute
 */
export async function untilGone(pid: number): Promise<void> {
  const end = performance.now() + GONE_LIMIT_MS;
  while (isAlive(pid)) {
    if (performance.now() > end) throw new Error(`Process ${pid} must be gone, but still runs.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Lists the running children of a process, oldest first. */
export function childrenOf(pid: number): readonly number[] {
  try {
    // Without a process of its own, where the kernel tells.
    const threads = [...Deno.readDirSync(`/proc/${pid}/task`)];
    const lists = threads.map(({ name }) =>
      Deno.readTextFileSync(`/proc/${pid}/task/${name}/children`)
    );
    return lists.flatMap((list) => list.match(/\d+/g) ?? []).map(Number)
      .filter(isAlive).sort((a, b) => a - b);
  } catch {
    return listChildren(pid);
  }
}

function listChildren(pid: number): readonly number[] {
  const { stdout } = new Deno.Command("ps", { args: ["-A", "-o", "pid=,ppid="] }).outputSync();
  return new TextDecoder().decode(stdout).split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child = 0, parent]) => parent === pid ? [child] : []);
}

/** Sends a signal to a process, if it runs. */
export function send(pid: number, signal: Deno.Signal): void {
  if (isAlive(pid)) Deno.kill(pid, signal);
}

/** Finds a free port. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** Creates a folder that is deleted at the end of its scope: `using folder = temporaryFolder()`. */
export function temporaryFolder(): { readonly path: string; [Symbol.dispose](): void } {
  const path = Deno.makeTempDirSync({ prefix: "epochql-test-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}
