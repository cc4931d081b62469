/** Programs without flags, whose settings are environment variables. */

/**
 * Prints the help and exits if it is asked for. Exits with code 2 for any other argument: one that is ignored would be
 * taken for a setting.
 *
 * @param task its name, as in 'deno task start'
 */
export function takeNoArguments(task: string, help: string): void {
  const [argument] = Deno.args;
  if (argument === undefined) return;
  if (argument === "-h" || argument === "--help") {
    console.log(help);
    Deno.exit(0);
  }
  console.error(
    `Cannot ${task}: unknown argument '${
      argument.slice(0, 60)
    }'. Settings are environment variables. See --help.`,
  );
  Deno.exit(2);
}
