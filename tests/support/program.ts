/** Deno programs as processes of their own, whose output a test reads. */

/** Options of startProgram(). */
export interface ProgramOptions {
  /** Deno's arguments after `deno run`. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Lets ask() write to its stdin. */
  readonly answers?: boolean;
  /** Shows its errors with the test that caused them. */
  readonly showsErrors?: boolean;
}

/** Exit code and output of a program. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running program. */
export interface Program {
  readonly pid: number;
  /** Resolves to the match when stdout has one; rejects if the program ends without it. */
  printed(pattern: string | RegExp): Promise<RegExpExecArray>;
  /** Resolves to the match when stderr has one. */
  told(pattern: string | RegExp): Promise<RegExpExecArray>;
  /** Writes a line to stdin, and resolves to the line that answers it. */
  ask(line: string): Promise<string>;
  /** Sends a signal, unless it has ended. */
  kill(signal: Deno.Signal): void;
  /** Closes its stdin, if it answers; otherwise sends a signal, SIGTERM by default. Waits for its end. */
  stop(signal?: Deno.Signal): Promise<Ended>;
  readonly end: Promise<Ended>;
}

/** A server that has printed its address. */
export interface ServerProcess extends Program {
  readonly origin: string;
}

/** Starts Deno. */
export function startProgram(
  { args, env = {}, answers = false, showsErrors = false }: ProgramOptions,
): Program {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...args],
    env: { NO_COLOR: "1", ...env },
    stdin: answers ? "piped" : "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr, showsErrors);
  const stdin = answers ? child.stdin.getWriter() : undefined;
  const end = (async () => {
    const [{ code }, printed, told] = await Promise.all([child.status, stdout.all, stderr.all]);
    return { code, stdout: printed, stderr: told };
  })();
  const kill = (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // It has ended already.
    }
  };
  let turn: Promise<unknown> = Promise.resolve();
  return {
    pid: child.pid,
    printed: stdout.until,
    told: stderr.until,
    ask(line) {
      const answer = turn.then(async () => {
        const lines = stdout.text().split("\n").length - 1;
        await stdin?.write(new TextEncoder().encode(`${line}\n`));
        const [, answered = ""] = await stdout.until(new RegExp(`^(?:.*\n){${lines}}(.*)\n`));
        return answered;
      });
      turn = answer;
      return answer;
    },
    kill,
    async stop(signal = "SIGTERM") {
      if (stdin) await stdin.close();
      else kill(signal);
      return await end;
    },
    end,
  };
}

/** Starts a server, and waits until it prints its address. */
export async function startServerProcess(options: ProgramOptions): Promise<ServerProcess> {
  const program = startProgram(options);
  const [, origin = ""] = await Promise.any([
    program.printed(/(http:\/\/\S+)\s/),
    // Where the log is JSON, it stands there.
    program.told(/is ready: (http:\/\/\S+)\s/),
  ]);
  return { ...program, origin };
}

/** Collects the text of a stream. */
function collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>, isShown = false) {
  let collected = "";
  let looks: (() => void)[] = [];
  const all = (async () => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      collected += text;
      if (isShown) console.error(text.trimEnd());
      for (const look of looks) look();
    }
    return collected;
  })();
  return {
    all,
    text: () => collected,
    until: (pattern: string | RegExp) =>
      new Promise<RegExpExecArray>((resolve, reject) => {
        const expected = typeof pattern === "string" ? new RegExp(RegExp.escape(pattern)) : pattern;
        const look = () => {
          const match = expected.exec(collected);
          if (!match) return;
          looks = looks.filter((other) => other !== look);
          resolve(match);
        };
        looks.push(look);
        look();
        all.then(() => reject(new Error(`It must say '${pattern}', said:\n${collected}`)), reject);
      }),
  };
}
