/**
 * A temporary PostgreSQL server of a test or tool, on a free port, which can be stopped, killed, frozen and
 * restarted on the same data. It ends with its process, also if that is killed.
 */
import { Client } from "pg";
import { join } from "node:path";
import { childrenOf, freePort, send, temporaryFolder, untilGone } from "./processes.ts";

/** Finds PostgreSQL's programs on the PATH or in the folders of packages. */
function findPrograms(): string | undefined {
  const debian = listFolder("/usr/lib/postgresql").sort((a, b) => Number(b) - Number(a))
    .map((version) => `/usr/lib/postgresql/${version}/bin`);
  const homebrew = ["/opt/homebrew/opt", "/usr/local/opt"].flatMap((folder) =>
    listFolder(folder).filter((name) => name.startsWith("postgresql"))
      .map((name) => `${folder}/${name}/bin`)
  );
  return [...(Deno.env.get("PATH") ?? "").split(":"), ...debian, ...homebrew]
    .find((folder) => listFolder(folder).includes("initdb"));
}

function listFolder(path: string): string[] {
  try {
    return [...Deno.readDirSync(path)].map(({ name }) => name);
  } catch {
    return [];
  }
}

const programs = findPrograms();

/** Reason and remedy if PostgreSQL is missing; undefined if it is installed. */
export const postgresSkipReason: string | undefined = programs === undefined
  ? "no PostgreSQL was found: install it (apt-get install --no-install-recommends postgresql)"
  : undefined;

/** A temporary server. */
export interface PostgresServer {
  readonly port: number;
  /** Its data folder. */
  readonly folder: string;
  /** Returns the URL of a database. */
  url(database?: string): string;
  /** Creates an empty database. */
  createDatabase(): Promise<string>;
  /** Runs SQL as the superuser. */
  query(sql: string, database?: string): Promise<readonly Record<string, unknown>[]>;
  /** Restarts it after stop() or kill(), on the same data and port. */
  start(): Promise<void>;
  /** Shuts it down; its clients lose their connections. */
  stop(): Promise<void>;
  /** Kills all its processes at once. */
  kill(): Promise<void>;
  /** Freezes all its processes: clients receive neither a response nor an error. */
  freeze(): void;
  /** Unfreezes them. */
  thaw(): void;
  /** Stops it, and removes its data. */
  remove(): Promise<void>;
}

/** Only the server's output is connected to this process. */
const OWN_OUTPUT = { stdin: "null", stdout: "null", stderr: "piped" } as const;

/** Number of databases created so far, for unique names. */
let databases = 0;

/**
 * Creates and starts a server.
 *
 * @param settings of its configuration: {max_connections: "5"}
 */
export async function startPostgres(
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  if (programs === undefined) throw new Error(`Cannot start PostgreSQL: ${postgresSkipReason}.`);
  const bin = programs;
  const home = temporaryFolder();
  const folder = join(home.path, "data");
  const user = unprivilegedUser();
  if (user.uid !== undefined) Deno.chownSync(home.path, user.uid, user.gid ?? null);
  await initializeData(join(bin, "initdb"), folder, home.path, user);
  const port = freePort();
  const options = {
    port: String(port),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: home.path,
    // Data must survive a crash of the server, not of the machine.
    fsync: "off",
    ...settings,
  };
  let running: { readonly child: Deno.ChildProcess; readonly guard: Deno.ChildProcess } | undefined;

  const server: PostgresServer = {
    port,
    folder,
    url: (database = "postgres") => `postgres://tester@127.0.0.1:${port}/${database}`,
    async createDatabase() {
      const name = `test${++databases}`;
      await server.query(`create database ${name}`);
      return server.url(name);
    },
    query: (sql, database) => queryOnce(server.url(database), sql),
    async start() {
      const child = new Deno.Command(join(bin, "postgres"), {
        args: ["-D", folder, ...toFlags(options)],
        cwd: home.path,
        ...OWN_OUTPUT,
        ...user,
      }).spawn();
      running = { child, guard: guard(child.pid) };
      await untilReady(child.stderr);
    },
    stop: () => end((child) => child.kill("SIGINT")),
    kill: () =>
      end((child) => {
        // The first process first: it would restart the others.
        for (const pid of [child.pid, ...childrenOf(child.pid)]) send(pid, "SIGKILL");
      }),
    freeze() {
      for (const pid of pids()) send(pid, "SIGSTOP");
    },
    thaw() {
      for (const pid of pids()) send(pid, "SIGCONT");
    },
    async remove() {
      server.thaw();
      await server.stop();
      home[Symbol.dispose]();
    },
  };
  await server.start();
  return server;

  function pids(): readonly number[] {
    return running ? [running.child.pid, ...childrenOf(running.child.pid)] : [];
  }

  async function end(how: (child: Deno.ChildProcess) => void): Promise<void> {
    if (!running) return;
    const { child, guard } = running;
    const children = childrenOf(child.pid);
    running = undefined;
    how(child);
    await child.status;
    // Its data is in use until its last process has ended.
    for (const pid of children) await untilGone(pid);
    guard.kill("SIGKILL");
    await guard.stdin.close().catch(() => {});
    await guard.status;
  }
}

/** Returns the user of PostgreSQL's processes. */
interface ProcessUser {
  readonly uid?: number;
  readonly gid?: number;
}

/** Returns a user other than root, as which PostgreSQL does not run. */
function unprivilegedUser(): ProcessUser {
  return Deno.uid() === 0 ? { uid: idOf("nobody", "-u"), gid: idOf("nobody", "-g") } : {};
}

/** Creates the data folder of a server. */
async function initializeData(
  initdb: string,
  folder: string,
  cwd: string,
  user: ProcessUser,
): Promise<void> {
  const { success, stderr } = await new Deno.Command(initdb, {
    args: ["-D", folder, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
    cwd,
    ...user,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** Runs one query on a new connection. */
async function queryOnce(
  connectionString: string,
  sql: string,
): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Writes settings as flags of the server. */
function toFlags(settings: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** Stops the server, unfreezing it first. */
const STOP = `
  read -r _
  kill -INT "$1"
  kill -CONT "$1" $(ps -A -o pid=,ppid= | awk -v parent="$1" '$2 == parent { print $1 }')
`;

/** Starts a process that stops the server when this process ends, which closes its stdin. */
function guard(pid: number): Deno.ChildProcess {
  return new Deno.Command("sh", {
    args: ["-c", STOP, "guard", String(pid)],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

/** Reads the server's output until it accepts connections, and continues to read, so that the pipe never fills. */
function untilReady(stderr: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    (async () => {
      for await (const text of stderr.pipeThrough(new TextDecoderStream())) {
        said = `${said}${text}`.slice(-10_000);
        if (said.includes("ready to accept connections")) resolve();
      }
      reject(new Error(`PostgreSQL has ended: ${said}`));
    })().catch(reject);
  });
}

function idOf(name: string, flag: string): number {
  const { stdout } = new Deno.Command("id", { args: [flag, name] }).outputSync();
  return Number(new TextDecoder().decode(stdout));
}
