/**
 * A server as a process of its own, with a run that is trained, which counts what its clients leave in it. Its
 * arguments are the server's options as JSON. It says on stdout where it listens, does what each line on stdin asks for
 * and answers it with a count, and ends when stdin does.
 */
import { takeCensus } from "./leak_counter.ts";

/** Request in a line of stdin. */
export interface Order {
  /** So many lines of 100,000 letters are added to the run's log. */
  readonly lines?: number;
  /** The run ends. */
  readonly end?: true;
}

/** Counts of the process. */
export interface Count {
  readonly runId: string;
  /** Number of the run's events. */
  readonly lastSeq: number;
  readonly timers: Readonly<Record<string, number>>;
  readonly generators: number;
  /** Bytes that the program can reach. */
  readonly used: number;
  /** Bytes of the process. */
  readonly resident: number;
}

if (import.meta.main) {
  const census = takeCensus();
  // What is imported from here on is counted.
  await serve(census);
}

async function serve({ timers, generators }: ReturnType<typeof takeCensus>): Promise<void> {
  const { startServer } = await import("../../support/start_server.ts");
  const { startRun } = await import("../../support/written_run.ts");
  const server = await startServer(JSON.parse(Deno.args[0] ?? "{}"));
  const run = await startRun(server.store);
  console.log(server.origin);
  let unread = "";
  for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (unread + text).split("\n");
    unread = lines.pop() ?? "";
    for (const line of lines) await obey(JSON.parse(line));
  }
  await server[Symbol.asyncDispose]();
  // Threads that wait for more work end by themselves, in a while.
  Deno.exit(0);

  async function obey({ lines = 0, end }: Order): Promise<void> {
    const message = "x".repeat(100_000);
    for (let line = 0; line < lines; line++) {
      await run.append({ type: "log", level: "info", message });
    }
    if (end) await run.complete();
    const { gc } = globalThis as { gc?: () => void };
    // What the first one finds to be closed, the second one throws away.
    gc?.();
    gc?.();
    const { heapUsed, external, rss } = Deno.memoryUsage();
    const count: Count = {
      runId: run.id,
      lastSeq: (await server.store.get(run.key))?.snapshot.lastSeq ?? 0,
      timers: timers(),
      generators: generators(),
      used: heapUsed + external,
      resident: rss,
    };
    console.log(JSON.stringify(count));
  }
}
