/** Python with packages, for tests of formats that Python programs open. EPOCHQL_TEST_PYTHON names another one. */
import { fail } from "@std/assert";
import { fileURLToPath } from "node:url";

/** The Python of tests. */
export const PYTHON = Deno.env.get("EPOCHQL_TEST_PYTHON") ?? "python3";

/** Returns what is missing for a test that needs packages: 'python3 has no torch'; undefined if nothing is. */
export async function missingPackages(...packages: readonly string[]): Promise<string | undefined> {
  const code = "import importlib.util, sys\n" +
    "print(*[name for name in sys.argv[1:] if importlib.util.find_spec(name) is None])";
  try {
    const { success, stdout } = await new Deno.Command(PYTHON, { args: ["-c", code, ...packages] })
      .output();
    const missing = new TextDecoder().decode(stdout).trim();
    if (success && missing === "") return undefined;
    return `${PYTHON} has no ${missing}; EPOCHQL_TEST_PYTHON may name one that has`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `there is no ${PYTHON}`;
    throw error;
  }
}

/** Runs a Python program beside a test and returns what it printed; a failure fails the test. */
export async function runPython(
  program: string | URL,
  args: readonly string[],
  cwd?: string,
): Promise<string> {
  const file = program instanceof URL ? fileURLToPath(program) : program;
  const { success, stdout, stderr } = await new Deno.Command(PYTHON, {
    args: [file, ...args],
    ...(cwd === undefined ? {} : { cwd }),
  }).output();
  if (!success) fail(`${file} failed:\n${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
