/** Looks at other processes through /proc: Linux only. */

/** Whether processes can be looked at here. */
export const canLook: boolean = Deno.build.os === "linux";

/** The largest resident memory that a process had, in megabytes. */
export async function peakRss(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`Cannot measure process ${pid}: it has no VmHWM.`);
  return Number(kibibytes) / 1024;
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
