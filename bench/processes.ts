/** Looks at other processes through /proc: Linux only. */

/** True where processes can be observed through /proc. */
export const canLook: boolean = Deno.build.os === "linux";

/** True where a process can be pinned to a core of its own. */
export const canPin: boolean = canLook && navigator.hardwareConcurrency > 1;

/** The largest resident memory that a process had, in megabytes. */
export async function peakRss(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`Cannot measure process ${pid}: it has no VmHWM.`);
  return Number(kibibytes) / 1024;
}

/** Forgets the largest memory that a process had: from now on it is what it has now. */
export async function clearPeakRss(pid: number): Promise<void> {
  await Deno.writeTextFile(`/proc/${pid}/clear_refs`, "5");
}

/** The process whose command line holds all of these texts. */
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

/** The resident memory that a process has now, in megabytes. */
export async function rss(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

/** Seconds that a process has worked so far, on all cores together. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  // After the name, which may hold anything: user and system time, in hundredths.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Our own program as a command that keeps to one core, where that can be had. */
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
