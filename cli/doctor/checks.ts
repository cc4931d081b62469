/**
 * The doctor's checks. A check changes nothing, downloads nothing, and turns every failure into a finding.
 */
import { access, constants, statfs } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import {
  catalogEntry,
  datasetNames,
  describeDataset,
  trainableDatasets,
} from "../../data/catalog.ts";
import { errorMessage } from "../../lib/error_message.ts";
import { findDataset, openDataset } from "../../data/storage/open.ts";
import { findCompiler } from "../../native/addon.ts";
import { showBytes } from "../../native/errors.ts";
import { findInstaller } from "../../native/installer.ts";
import { platformOf } from "../../native/platform.ts";
import { openStore, type StoreLocation } from "../../runs/store/open.ts";
import { checkPostgres } from "../../runs/store/postgres/store.ts";
import { parsePostgresUrl } from "../../runs/store/postgres/location.ts";
import { networkHomeProblem } from "../../runs/store/sqlite/network_home.ts";
import { isPageBuilt } from "../../web/build/build_page.ts";
import { readManifest } from "../../server/http/page_manifest.ts";
import type { Finding } from "./finding.ts";

/** The oldest Deno that is known to work. */
const OLDEST_DENO = [2, 9] as const;

/** Bytes: less is not enough for a long training's log. */
const MIN_FREE_BYTES = 200e6;

const SET_UP = "Run 'deno task setup'.";

/** Checks Deno and describes the machine. */
export async function checkDeno(): Promise<Finding> {
  const text = `${Deno.version.deno} on ${Deno.build.os} ${Deno.build.arch}`;
  const [major = 0, minor = 0] = Deno.version.deno.split(".").map(Number);
  const isOld = major < OLDEST_DENO[0] || major === OLDEST_DENO[0] && minor < OLDEST_DENO[1];
  if (isOld) {
    const advice = `Install Deno ${
      OLDEST_DENO.join(".")
    } or later, or write 'npx deno@2.9.6' for 'deno'.`;
    return { label: "Deno", state: "bad", text, advice };
  }
  return await guard("Deno", () => {
    platformOf();
    return { label: "Deno", state: "good", text };
  });
}

/** Checks the build tools, which matter only if something is missing. */
export async function checkTools(): Promise<readonly Finding[]> {
  return await Promise.all([
    tool("Compiler", async () => (await findCompiler()).name),
    tool("Installer", async () => (await findInstaller()).name),
  ]);
}

async function tool(label: string, find: () => Promise<string>): Promise<Finding> {
  try {
    return { label, state: "good", text: await find() };
  } catch (error) {
    return { label, state: "absent", text: `only needed for setting up: ${errorMessage(error)}` };
  }
}

/** Checks the datasets in a folder. Those that runs can be trained on are needed. */
export async function checkData(folder: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const name of datasetNames) {
    const { title: label } = catalogEntry(name);
    const isNeeded = trainableDatasets.some((needed) => needed === name);
    const place = await findDataset(name, folder).catch(() => undefined);
    if (place === undefined && !isNeeded) continue;
    findings.push(
      await guard(label, async () => {
        for (const split of ["train", "test"] as const) await openDataset(name, split, folder);
        const { trainSize, testSize } = describeDataset(name);
        const [train, test] = [trainSize, testSize].map((size) => size.toLocaleString("en-US"));
        return { label, state: "good", text: `${train} + ${test} samples in ${place}` };
      }),
    );
  }
  return findings;
}

/** Checks the page's bundle. */
export async function checkPage(): Promise<Finding> {
  const label = "Page";
  return await guard(label, async () => {
    const manifest = await readManifest();
    if (!manifest) return { label, state: "bad", text: "not built", advice: SET_UP };
    if (!await isPageBuilt()) {
      return { label, state: "bad", text: "incomplete, or of older sources", advice: SET_UP };
    }
    const bytes = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
    return { label, state: "good", text: `${showBytes(bytes)} in static/assets` };
  });
}

/** Checks the store of runs. It is opened only if it exists: the doctor creates nothing. */
export async function checkStore(place: StoreLocation): Promise<Finding> {
  const label = "Store";
  const { home, databaseUrl } = place;
  return await guard(label, async () => {
    if (databaseUrl !== undefined) {
      const { version, hasRuns } = await checkPostgres(databaseUrl);
      const shown = `PostgreSQL ${version}, ${parsePostgresUrl(databaseUrl).shown}`;
      return hasRuns
        ? await countRuns(place, shown)
        : { label, state: "good", text: `no runs yet; they will be kept in ${shown}` };
    }
    const file = join(home, "epochql.db");
    if (!await exists(file)) {
      await access(await nearestFolder(home), constants.W_OK);
      return { label, state: "good", text: `no runs yet; they will be kept in ${home}` };
    }
    return await countRuns(place, file);
  });

  async function countRuns(place: StoreLocation, shown: string): Promise<Finding> {
    const store = await openStore(place);
    try {
      const { totalCount } = await store.list({ first: 1 });
      const text = `${totalCount} ${totalCount === 1 ? "run" : "runs"} in ${shown}`;
      return { label, state: "good", text };
    } finally {
      await store.close();
    }
  }
}

/** Checks that SQLite's file is on a local disk. Without a finding, it is, or that cannot be known. */
export async function checkHome(place: StoreLocation): Promise<readonly Finding[]> {
  const problem = await networkHomeProblem(place);
  return problem ? [{ label: "Home", state: "warning", ...problem }] : [];
}

/** Checks the free disk space for runs and datasets. */
export async function checkDisk(home: string): Promise<Finding> {
  const label = "Disk";
  return await guard(label, async () => {
    const { bavail, bsize } = await statfs(await nearestFolder(home));
    const free = bavail * bsize;
    const text = `${showBytes(free)} free for ${home}`;
    if (free >= MIN_FREE_BYTES) return { label, state: "good", text };
    const advice = "Make room, or set EPOCHQL_HOME to a folder on a larger disk.";
    return { label, state: "warning", text, advice };
  });
}

/** Returns the folder, or the nearest one above it that exists. */
async function nearestFolder(path: string): Promise<string> {
  let folder = resolve(path);
  while (!await exists(folder) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Turns a thrown error into a finding. */
async function guard(label: string, check: () => Finding | Promise<Finding>): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    return { label, state: "bad", text: errorMessage(error) };
  }
}
