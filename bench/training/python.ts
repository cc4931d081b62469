/**
 * The Python peers: a virtual environment of their own in the cache folder, made once, and their scripts in
 * bench/peers/.
 */
import { fileURLToPath } from "node:url";
import { dirname, join } from "node:path";
import { cacheFolder } from "../../native/paths.ts";
import { runForJson } from "../processes.ts";
import type { Effort, Sample } from "./sample.ts";
import type { BenchNetwork } from "./spec.ts";

/** The folder of the scripts. */
export const PEERS = fileURLToPath(new URL("../peers/", import.meta.url));

/** Environments of the peers: the one that this project is held to, and the newest PyTorch. */
export type PythonName = "peers" | "newest";

/** The folder and the requirements of each environment. */
const ENVIRONMENTS = {
  peers: { folder: "bench-venv", requirements: "requirements.txt" },
  newest: { folder: "bench-venv-newest", requirements: "requirements_newest.txt" },
} as const satisfies Record<PythonName, unknown>;

/** The newest and the oldest Python that all peers have wheels for. */
const PYTHONS = ["python3.13", "python3.12", "python3.11", "python3.10", "python3", "python"];
const VERSIONS = /^3\.(10|11|12|13)$/;

/** Thrown if peers are unavailable. The message states the remedy. */
export class PeersError extends Error {
  override readonly name = "PeersError";
}

/**
 * The Python that has the peers. Installs them into a virtual environment if they are not there.
 *
 * @throws {PeersError}
 */
export async function preparePython(
  name: PythonName,
  log: (line: string) => void,
): Promise<string> {
  const { requirements: file } = ENVIRONMENTS[name];
  const folder = join(cacheFolder(), ENVIRONMENTS[name].folder);
  const python = join(folder, "bin", "python");
  const stamp = join(folder, "requirements.txt");
  const requirements = await Deno.readTextFile(join(PEERS, file));
  if (await Deno.readTextFile(stamp).catch(() => "") === requirements) return python;

  const base = await findPython();
  log(`Installing the peers of bench/peers/${file} into ${folder} (once)`);
  log(
    "On Linux x86-64, PyTorch comes with its CUDA libraries: 3 GB to fetch, 8 GB on disk. To have it without,",
  );
  log(
    "set PIP_EXTRA_INDEX_URL to PyTorch's index of CPU builds (see pytorch.org) and start again.",
  );
  await Deno.mkdir(dirname(folder), { recursive: true });
  await must(
    [base, "-m", "venv", "--clear", folder],
    "Install Python's venv, such as by 'apt-get install python3-venv'.",
  );
  await must(
    [python, "-m", "pip", "install", "--disable-pip-version-check", "-r", file],
    "See what pip says above; it needs the network and the disk space.",
  );
  await Deno.writeTextFile(stamp, requirements);
  return python;
}

/** Runs a peer's script. */
export async function measurePeer(
  python: string,
  script: readonly string[],
  { network, dataFolder, effort }: {
    readonly network: BenchNetwork;
    /** Folder in which torchvision finds MNIST/raw. */
    readonly dataFolder: string;
    readonly effort: Effort;
  },
): Promise<Sample> {
  const [file = "", ...flags] = script;
  return await runForJson(python, [
    join(PEERS, file),
    ...flags,
    "--network",
    network,
    "--data",
    dataFolder,
    "--warm-up",
    String(effort.warmUp),
    "--seconds",
    String(effort.seconds),
  ], { PYTHONDONTWRITEBYTECODE: "1", TF_CPP_MIN_LOG_LEVEL: "3" }) as Sample;
}

async function findPython(): Promise<string> {
  const found: string[] = [];
  for (const name of PYTHONS) {
    const version = await versionOf(name);
    if (version === undefined) continue;
    if (VERSIONS.test(version)) return name;
    found.push(version);
  }
  throw new PeersError(
    `Cannot install the peers: Python must be 3.10 to 3.13, got ${found.join(", ") || "none"}. ` +
      "Install one, name one that has the peers with --python, or leave them out with --only epochql.",
  );
}

async function versionOf(name: string): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(name, {
      args: ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined;
  }
}

/** Runs a program whose output the user sees. */
async function must(
  [program = "", ...args]: readonly string[],
  advice: string,
): Promise<void> {
  const { success } = await new Deno.Command(program, {
    args,
    cwd: PEERS,
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  if (success) return;
  throw new PeersError(
    `Cannot install the peers: '${program} ${args.join(" ")}' failed. ${advice}`,
  );
}
