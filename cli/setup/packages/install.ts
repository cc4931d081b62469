/**
 * Installs npm packages, as far as they are missing, into node_modules. Deno itself installs none: `nodeModulesDir` is
 * `manual`, so that no program needs the network or may change packages while it runs.
 *
 * What is installed is written to a stamp, so that a start with everything in place reads two files. Nothing here may
 * import an npm package.
 */
import { join } from "node:path";
import { lastLines, type Outcome, run } from "../../../native/command.ts";
import { NativeError } from "../../../native/errors.ts";
import { locked, removeParts, replace } from "../../../native/files.ts";
import { ROOT } from "../../../native/paths.ts";
import { beginPhase, type Report } from "../../../native/report.ts";
import { type PackageGroup, packagesOf } from "./groups.ts";
import { prunePackages } from "./prune.ts";

/** Dependencies of an installation, which tests replace. */
export interface PackageWorkshop {
  /** Folder of the checkout. */
  readonly root: string;
  /** Runs Deno in it. */
  readonly deno: (
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ) => Promise<Outcome | undefined>;
}

/** Record of what is installed. */
interface Stamp {
  /** Of deno.json's imports and deno.lock. */
  readonly key: string;
  readonly groups: readonly PackageGroup[];
}

/** The packages of a checkout. */
interface Wanted {
  readonly key: string;
  readonly imports: Readonly<Record<string, string>>;
}

/**
 * Installs a group of packages if it is not installed. Concurrent calls wait for each other.
 *
 * @throws {NativeError} with a remedy
 */
export async function installPackages(
  group: PackageGroup,
  report: Report,
  workshop: PackageWorkshop = realWorkshop(),
): Promise<void> {
  const { root } = workshop;
  const wanted = await readWanted(root);
  if (has(await readStamp(root), wanted, group)) return;
  const folder = stampFolder(root);
  try {
    await locked(folder, () => report.log("Waiting for another installation"), async () => {
      const stamp = await readStamp(root);
      if (has(stamp, wanted, group)) return;
      await removeParts(folder);
      const phase = beginPhase(report, NAMES[group]);
      await (group === "all"
        ? installAll(workshop)
        : installSome(packagesOf(group, wanted.imports), workshop));
      const others = stamp?.key === wanted.key ? stamp.groups : [];
      await writeStamp(root, { key: wanted.key, groups: [...others, group] });
      phase.done(NAMES[group].replace("Installing", "Installed"));
    });
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    throw new NativeError(
      "not-writable",
      `Cannot install npm packages: ${folder} must be writable, got '${error.message}'. ` +
        "Give the checkout to this user, or set up a clone of your own.",
      { cause: error },
    );
  }
}

const NAMES = {
  start: "Installing npm packages",
  tensorflow: "Installing TensorFlow's npm packages",
  all: "Installing all npm packages",
} as const satisfies Readonly<Record<PackageGroup, string>>;

async function installAll({ deno }: PackageWorkshop): Promise<void> {
  mustSucceed(await deno(["install", "--quiet"]));
}

/**
 * Installs packages from Deno's cache if they are there, and otherwise without it: it would keep the whole packages,
 * most of whose size is source maps.
 */
async function installSome(
  packages: readonly string[],
  { root, deno }: PackageWorkshop,
): Promise<void> {
  // Without lazy caching, it installs everything that deno.lock names.
  const install = (...flags: readonly string[]) => [
    ...["install", "--quiet", "--unstable-npm-lazy-caching", ...flags],
    ...["--entrypoint", ...packages],
  ];
  if ((await deno(install("--cached-only")))?.code === 0) return;
  // On the disk of node_modules, into which its files are linked.
  const cache = join(stampFolder(root), "deno.part");
  mustSucceed(await deno(install(), { DENO_DIR: cache }));
  await Deno.remove(cache, { recursive: true });
  await prunePackages(join(root, "node_modules"));
}

function mustSucceed(outcome: Outcome | undefined): void {
  if (outcome?.code === 0) return;
  const said = outcome ? lastLines(outcome) : "  there is no Deno";
  throw new NativeError(
    "network",
    `Cannot install npm packages: 'deno install' must succeed, got:\n${said}\n` +
      "The first start needs the npm registry: connect to the network, set HTTPS_PROXY, or NPM_CONFIG_REGISTRY for a " +
      "registry of your own, and start again.",
  );
}

function has(stamp: Stamp | undefined, { key }: Wanted, group: PackageGroup): boolean {
  return stamp?.key === key && (stamp.groups.includes(group) || stamp.groups.includes("all"));
}

async function readWanted(root: string): Promise<Wanted> {
  const [config, lock] = await Promise.all([
    Deno.readTextFile(join(root, "deno.json")),
    Deno.readTextFile(join(root, "deno.lock")),
  ]);
  const { imports }: Pick<Wanted, "imports"> = JSON.parse(config);
  const bytes = new TextEncoder().encode(JSON.stringify(imports) + lock);
  const key = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  return { key, imports };
}

async function readStamp(root: string): Promise<Stamp | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(stampFile(root))) as Stamp;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function writeStamp(root: string, stamp: Stamp): Promise<void> {
  await replace(stampFile(root), (part) => Deno.writeTextFile(part, `${JSON.stringify(stamp)}\n`));
}

/** Beside the kernels: what belongs to the packages goes with them when node_modules is deleted. */
function stampFolder(root: string): string {
  return join(root, "node_modules", ".epochql");
}

function stampFile(root: string): string {
  return join(stampFolder(root), "packages.json");
}

function realWorkshop(): PackageWorkshop {
  return {
    root: ROOT,
    deno: (args, env = {}) =>
      run([Deno.execPath()], args, { cwd: ROOT, env: { NO_COLOR: "1", ...env } }),
  };
}
