/**
 * A real server of object storage for tests: the Versity S3 Gateway over a temporary folder. It checks signatures and
 * digests, as Amazon does.
 */
import { dirname, join } from "node:path";
import type { S3Options } from "../../../runs/checkpoints/s3_bucket.ts";

/** The way to install it. */
const INSTALL = "go install github.com/versity/versitygw/cmd/versitygw@v1.8.0";

const ACCESS_KEY = "epochql-test";
const SECRET_KEY = "a secret of the tests";
const BUCKET = "checkpoints";

/** Time in which it must start, even on a busy machine. */
const START_MS = 30_000;

/** A server that is gone when it is disposed of. */
export interface S3Server extends AsyncDisposable {
  /** A bucket that is there, and who may use it. */
  readonly options: S3Options & { readonly endpoint: string };
  /** Folder with the bucket's objects as files. */
  readonly folder: string;
  /** Environment variables that say the same. */
  readonly env: Readonly<Record<string, string>>;
}

/** Why the tests of S3 are skipped, and what to do; undefined where they run. */
export const skipReason: string | undefined = (await findServer())
  ? undefined
  : `there is no versitygw. Install it: ${INSTALL}`;

/** Starts a server. Only where there is no reason to skip. */
export async function startS3Server(): Promise<S3Server> {
  const program = await findServer();
  if (!program) throw new Error(`Cannot start an S3 server: ${skipReason}.`);
  const root = await Deno.makeTempDir({ prefix: "epochql-s3-" });
  const [data, sidecar] = [join(root, "data"), join(root, "sidecar")];
  await Promise.all([data, sidecar].map((path) => Deno.mkdir(path)));
  // Folders are buckets there.
  await Deno.mkdir(join(data, BUCKET));
  const port = freePort();
  const child = new Deno.Command(program, {
    args: [
      ...["--port", `127.0.0.1:${port}`, "--access", ACCESS_KEY, "--secret", SECRET_KEY],
      ...["--health", "/health", "--quiet", "posix", "--sidecar", sidecar, data],
    ],
    stdout: "null",
    stderr: "null",
  }).spawn();
  const endpoint = `http://127.0.0.1:${port}`;
  const server: S3Server = {
    options: {
      bucket: BUCKET,
      prefix: "some/where",
      endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
      timeoutMs: 10_000,
    },
    folder: join(data, BUCKET),
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: ACCESS_KEY,
      AWS_SECRET_ACCESS_KEY: SECRET_KEY,
    },
    async [Symbol.asyncDispose]() {
      kill(child);
      await child.status;
      await Deno.remove(root, { recursive: true });
    },
  };
  try {
    await answers(`${endpoint}/health`, child);
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

/** A port that nobody listens on, most likely. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** The program, in the PATH or where Go puts it. */
async function findServer(): Promise<string | undefined> {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  const go = Deno.env.get("GOBIN") ?? join(Deno.env.get("GOPATH") ?? join(home(), "go"), "bin");
  for (const folder of [...folders, go]) {
    const path = join(folder, "versitygw");
    if (folder !== "" && await Deno.stat(path).then(() => true, () => false)) return path;
  }
  return undefined;
}

function home(): string {
  return Deno.env.get("HOME") ?? dirname(Deno.execPath());
}

/** Waits until a server answers. */
async function answers(url: string, child: Deno.ChildProcess): Promise<void> {
  let ended = false;
  child.status.then(() => ended = true);
  for (const giveUpAt = performance.now() + START_MS; performance.now() < giveUpAt;) {
    if (ended) break;
    try {
      const response = await fetch(url);
      await response.body?.cancel();
      if (response.ok) return;
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("Cannot start an S3 server: it does not answer.");
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
