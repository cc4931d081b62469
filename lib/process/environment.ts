/** The environment of processes that need nothing but to run: secrets of their parent are not passed on. */

/** Returns the variables that programs need to run at all, and others by their names. */
export function childEnvironment(others: readonly string[] = []): Record<string, string> {
  const names = ["PATH", "HOME", "LANG", "DENO_DIR", "TMPDIR", "XDG_CACHE_HOME", ...others];
  const passed = names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...Object.fromEntries(passed),
    // Fewer arenas keep the memory of native code flat.
    MALLOC_ARENA_MAX: "2",
  };
}
