/** Runs an example of examples/clients/ against a server that restarts in the middle of a made-up training. */
import { openStore } from "../../runs/store/open.ts";
import { temporaryFolder } from "../../tools/processes.ts";
import { startServer } from "../support/start_server.ts";
import { claimRun, SPEC, type WrittenRun } from "../support/written_run.ts";
import { until } from "../support/until.ts";

/** Command of an example. */
export interface ExampleCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** False for an example that follows a run which is there already. */
  readonly starts?: false;
}

const TOKEN = "correct-horse-battery-staple";
const OTHER_TOKEN = "another-token-than-that";
const EPOCHS = 5;
/** Longest time of one example, with time for a loaded machine. */
const MAX_RUN_MS = 60_000;

/**
 * Runs an example to its end and returns the epochs that it printed.
 *
 * @throws {Error} with what it printed, if it fails or does not end
 */
export function runExample(example: ExampleCommand): Promise<readonly number[]> {
  return runOverRestart(example, TOKEN, async (worker, client) => {
    await worker.trainEpoch();
    await client.whileRunning(client.printed(4));
    await worker.trainEpoch();
    await worker.complete();
    return await client.end();
  });
}

/** Runs an example whose token is not accepted after the restart, and returns what it printed when it failed. */
export function runRevoked(example: ExampleCommand): Promise<string> {
  return runOverRestart(example, OTHER_TOKEN, (_worker, client) => client.failure());
}

/** Runs an example until the server has stopped in the middle of the run and started with a token; then `finish`. */
async function runOverRestart<Result>(
  example: ExampleCommand,
  token: string,
  finish: (worker: WrittenRun, client: RunningExample) => Promise<Result>,
): Promise<Result> {
  using home = temporaryFolder();
  const store = await openStore({ home: home.path });
  let server = await startServer({ store, token: TOKEN });
  const { origin } = server;
  if (example.starts === false) {
    await store.create({ name: "a run", spec: { ...SPEC, epochs: EPOCHS } });
  }
  const client = startClient(example, origin);
  try {
    const worker = await client.whileRunning(
      until("a run is queued", () => claimRun(store).catch(() => undefined)),
    );
    await worker.trainEpoch();
    await worker.trainEpoch();
    await client.whileRunning(client.printed(2));
    await server[Symbol.asyncDispose]();
    await worker.trainEpoch();
    server = await startServer({ store, token, port: Number(new URL(origin).port) });
    return await finish(worker, client);
  } finally {
    client.kill();
    await server[Symbol.asyncDispose]();
    await store.close();
  }
}

/** Runs an example that shows a wrong token and returns what it printed; one that succeeds fails the test. */
export async function runRefused(example: ExampleCommand): Promise<string> {
  await using server = await startServer({ token: OTHER_TOKEN });
  const client = startClient(example, server.origin);
  try {
    return await client.failure();
  } finally {
    client.kill();
  }
}

/** An example that runs. */
type RunningExample = ReturnType<typeof startClient>;

/** Starts an example and reads what it prints. */
function startClient({ command, args, cwd, env }: ExampleCommand, origin: string) {
  const limit = AbortSignal.timeout(MAX_RUN_MS);
  const process = new Deno.Command(command, {
    args: [...args],
    cwd,
    env: { ...env, EPOCHQL_URL: origin, EPOCHQL_TOKEN: TOKEN, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: limit,
  }).spawn();
  let text = "";
  let wake = Promise.withResolvers<void>();
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    let read = "";
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      read += chunk;
      text += chunk;
      wake.resolve();
      wake = Promise.withResolvers();
    }
    return read;
  };
  const errors = read(process.stderr);
  const output = read(process.stdout);
  const ended = Promise.all([process.status, output, errors]);
  const failure = ended.then(([{ code }]) => {
    throw new Error(`The example has ended with ${code}:\n${text}`);
  });
  failure.catch(() => {});
  return {
    whileRunning: <Value>(awaited: Promise<Value>) => Promise.race([awaited, failure]),
    /** Waits until an epoch is printed. */
    async printed(number: number): Promise<void> {
      while (!epochsIn(text).includes(number)) await wake.promise;
    },
    /** Waits for its end and returns the epochs that it printed. */
    async end(): Promise<readonly number[]> {
      const [{ success }, output] = await ended;
      if (!success) await failure;
      return epochsIn(output);
    },
    /** Waits until it fails and returns what it printed. */
    async failure(): Promise<string> {
      const [{ success }] = await ended;
      if (limit.aborted) throw new Error(`The example must end, printed:\n${text}`);
      if (success) throw new Error(`The example must fail, printed:\n${text}`);
      return text;
    },
    kill() {
      try {
        process.kill("SIGKILL");
      } catch {
        // It has ended.
      }
    },
  };
}

/** Numbers of the epochs that an example printed, as a line or as JSON. */
function epochsIn(text: string): readonly number[] {
  return [...text.matchAll(/^epoch (\d+):|"number":(\d+)/gm)].map(([, line, json]) =>
    Number(line ?? json)
  );
}
