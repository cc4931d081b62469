/**
 * Installs npm packages, as far as they are missing, into node_modules. Deno itself installs none: `nodeModulesDir` is
 * `manual`, so that no program needs the network or may change packages while it runs. Nothing here may import an npm
 * package.
 */
import { join } from "node:path";
import { lastLines, type Outcome, run } from "../../../native/command.ts";
import { NativeError } from "../../../native/errors.ts";
import { locked, removeParts } from "../../../native/files.ts";
import { type Environment, ROOT } from "../../../native/paths.ts";
import { beginPhase, type Report } from "../../../native/report.ts";
import { type PackageGroup, packagesOf } from "./groups.ts";
import { prunePackages } from "./prune.ts";
import { installedGroups, readWanted, stampFolder, writeStamp } from "./stamp.ts";

/** A checkout to install packages in. */
export interface Checkout {
  /** Folder of the checkout. */
  readonly root: string;
  /** Runs Deno in it. */
  readonly deno: (
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ) => Promise<Outcome | undefined>;
}

/** Options of installPackages(). */
export interface InstallOptions {
  /** Groups that are installed in the same go, if the group is not installed. */
  readonly along?: readonly PackageGroup[];
  /** Default: that of this program. */
  readonly checkout?: Checkout;
}

/**
 * The checkout of this program.
 *
 * @param own the environment that this program was started with
 */
export function thisCheckout(own: Environment = Deno.env): Checkout {
  // Deno looks the registry up once for each package, all at once, and unpacks none while it waits. A name server that
  // drops some of so many queries is asked again after a second in place of five, and for as long as by default.
  const resolver = { RES_OPTIONS: own.get("RES_OPTIONS") ?? "timeout:1 attempts:5" };
  return {
    root: ROOT,
    deno: (args, env = {}) =>
      run([Deno.execPath()], args, { cwd: ROOT, env: { NO_COLOR: "1", ...resolver, ...env } }),
  };
}

/**
 * Installs a group of packages if it is not installed. Concurrent calls wait for each other.
 *
 * @throws {NativeError} with a remedy
 */
export async function installPackages(
  group: PackageGroup,
  report: Report,
  { along = [], checkout = thisCheckout() }: InstallOptions = {},
): Promise<void> {
  const { root } = checkout;
  const wanted = await readWanted(root);
  if (has(await installedGroups(root, wanted), group)) return;
  const folder = stampFolder(root);
  try {
    await locked(folder, () => report.log("Waiting for another installation"), async () => {
      const installed = await installedGroups(root, wanted);
      if (has(installed, group)) return;
      await removeParts(folder);
      const phase = beginPhase(report, NAMES[group]);
      const groups = [group, ...along];
      await (group === "all"
        ? installAll(checkout)
        : installSome([...packagesOf(groups, wanted.imports).values()], checkout));
      await writeStamp(root, {
        key: wanted.key,
        groups: [...new Set([...installed, ...groups])],
      });
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
  page: "Installing the page's npm packages",
  datasets: "Installing the npm packages of datasets",
  tensorflow: "Installing TensorFlow's npm packages",
  all: "Installing all npm packages",
} as const satisfies Readonly<Record<PackageGroup, string>>;

async function installAll({ deno }: Checkout): Promise<void> {
  mustSucceed(await deno(["install", "--quiet"]));
}

/**
 * Installs packages from Deno's cache if they are there, and otherwise without it: it would keep the whole packages,
 * most of whose size is source maps.
 */
async function installSome(
  packages: readonly string[],
  { root, deno }: Checkout,
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
      "It needs the npm registry: connect to the network, set HTTPS_PROXY, or NPM_CONFIG_REGISTRY for a registry of " +
      "your own, and start again.",
  );
}

function has(installed: readonly PackageGroup[], group: PackageGroup): boolean {
  return installed.includes(group) || installed.includes("all");
}
