/** A server in a process of its own that a test can stop or kill. */

/** The server's process. */
export interface ServerProcess {
  readonly origin: string;
  /** Stops it and waits for its end. */
  stop(): Promise<void>;
  /** Kills it, as a crash does. */
  kill(): Promise<void>;
}

/** Starts a server. */
export interface ServerCommand {
  /** Deno's arguments. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts Deno and waits until it prints an address. */
export async function startServerProcess({ args, env }: ServerCommand): Promise<ServerProcess> {
  const process = new Deno.Command(Deno.execPath(), {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    // Its errors appear with the test that caused them.
    stderr: "inherit",
    ...(env ? { env } : {}),
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let printed = "";
  let origin: string | undefined;
  while (origin === undefined) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The server must say where it is, got '${printed}'.`);
    printed += value;
    origin = /(http:\/\/\S+)\s/.exec(printed)?.[1];
  }
  const end = async (signal: Deno.Signal) => {
    try {
      process.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // It has ended already.
    }
    await process.status;
    await reader.cancel();
  };
  return { origin, stop: () => end("SIGTERM"), kill: () => end("SIGKILL") };
}
