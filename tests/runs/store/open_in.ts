/** The script open_store.ts as a process. */

/** Returns what the script prints about a database, with these permissions. */
export async function openIn(place: string, flags: readonly string[]): Promise<string> {
  const script = new URL("open_store.ts", import.meta.url).pathname;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", ...flags, script, place],
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).trim();
}
