/** Commands of other processes of this machine. */

/** Reads the command line of a process, arguments separated by blanks; undefined if there is no such process. */
export async function commandOf(pid: number): Promise<string | undefined> {
  try {
    const text = await Deno.readTextFile(`/proc/${pid}/cmdline`);
    return text === "" ? undefined : text.replaceAll("\0", " ").trim();
  } catch {
    // macOS has no /proc.
    return await commandByPs(pid);
  }
}

async function commandByPs(pid: number): Promise<string | undefined> {
  try {
    const args = ["-o", "command=", "-p", String(pid)];
    const { stdout } = await new Deno.Command("ps", { args, stderr: "null" }).output();
    return new TextDecoder().decode(stdout).trim() || undefined;
  } catch {
    return undefined;
  }
}
