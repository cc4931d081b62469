/** Scripts of the tests as processes of their own. */

/** Starts a script of the tests as a process of its own. */
export function runScript(
  script: string,
  args: readonly string[],
  options: Partial<Deno.CommandOptions> = {},
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      new URL(`../../${script}`, import.meta.url).pathname,
      ...args,
    ],
    stdin: "null",
    ...options,
  }).spawn();
}

/** Deno's arguments that run fake_trainer.ts with these arguments. */
export function fakeTrainerProgram(...behaviour: readonly string[]): readonly string[] {
  return ["-A", "--no-check", new URL("fake_trainer.ts", import.meta.url).pathname, ...behaviour];
}
