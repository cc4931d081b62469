/** Measures other processes through /proc: Linux only. */

/** True if processes can be observed through /proc. */
export const canLook: boolean = Deno.build.os === "linux";

/** True if a process can be pinned to a core. */
export const canPin: boolean = canLook && navigator.hardwareConcurrency > 1;

/** Returns the peak resident memory of a process, in megabytes. */
export async function peakRss(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`Cannot measure process ${pid}: it has no VmHWM.`);
  return Number(kibibytes) / 1024;
}

/** Resets the peak memory of a process to its current memory. */
export async function clearPeakRss(pid: number): Promise<void> {
  await Deno.writeTextFile(`/proc/${pid}/clear_refs`, "5");
}

/** Finds the process whose command line contains all of these texts. */
export async function findProcess(...texts: readonly string[]): Promise<number> {
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const command = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    if (texts.every((text) => command.includes(text))) return Number(name);
  }
  throw new Error(`Cannot find the process of ${texts.join(", ")}: it must be running.`);
}

/** Runs a program and reads the JSON object that it prints last. */
export async function runForJson(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    env: { ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const printed = new TextDecoder().decode(stdout).trimEnd();
  const last = printed.split("\n").findLast((line) => line.startsWith("{"));
  if (!success || last === undefined) {
    const said = new TextDecoder().decode(stderr).trimEnd().split("\n").slice(-5).join("\n");
    throw new Error(`Cannot measure ${args.join(" ")}: it ended without a result.\n${said}`);
  }
  return JSON.parse(last);
}

/** Returns the resident memory of a process, in megabytes. */
export async function rss(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

/** Returns the CPU time of a process, in seconds. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  // After the name, which may contain any character: user and system time, in 1/100 s.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Returns the command of our program, pinned to a core if possible. */
export function pinned(
  core: number,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Deno.Command {
  const options = { env: { ...env }, stdin: "null", stdout: "piped", stderr: "inherit" } as const;
  if (!canPin) return new Deno.Command(Deno.execPath(), { ...options, args: [...args] });
  const pinning = ["--cpu-list", String(core), Deno.execPath(), ...args];
  return new Deno.Command("taskset", { ...options, args: pinning });
}
