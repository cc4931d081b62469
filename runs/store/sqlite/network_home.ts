/**
 * Detection of a home on a network file system. SQLite's write-ahead log needs memory that all its processes share, so
 * that two machines on one file can destroy it, and locks of such file systems may not hold even on one.
 */
import { realpath } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** Types of network and cluster file systems, as Linux names them. */
const NETWORK_TYPES: ReadonlySet<string> = new Set([
  "9p",
  "afs",
  "beegfs",
  "ceph",
  "cifs",
  "fuse.ceph",
  "fuse.glusterfs",
  "fuse.juicefs",
  "fuse.rclone",
  "fuse.s3fs",
  "fuse.sshfs",
  "gfs2",
  "glusterfs",
  "gpfs",
  "lustre",
  "ncpfs",
  "nfs",
  "nfs4",
  "ocfs2",
  "orangefs",
  "pvfs2",
  "smb3",
  "smbfs",
  "wekafs",
]);

/** A mounted file system. */
export interface Mount {
  /** Its folder: '/home'. */
  readonly point: string;
  /** Its type: 'nfs4'. */
  readonly type: string;
}

/**
 * Finds the file system of a path: that with the longest mount point above it, and of several at one point the last,
 * which covers the others.
 *
 * @param mountinfo the text of Linux's /proc/self/mountinfo (proc_pid_mountinfo(5)); other lines are ignored
 * @param path absolute, without symbolic links
 */
export function mountOf(mountinfo: string, path: string): Mount | undefined {
  let found: Mount | undefined;
  for (const line of mountinfo.split("\n")) {
    const fields = line.split(" ");
    // Optional fields come before the hyphen.
    const hyphen = fields.indexOf("-", 6);
    const [point, type] = [fields[4], fields[hyphen + 1]];
    if (hyphen < 0 || !point || !type) continue;
    const mount = { point: unescape(point), type: unescape(type) };
    if (holds(mount.point, path) && mount.point.length >= (found?.point.length ?? 0)) found = mount;
  }
  return found;
}

/** Replaces the octal escapes of spaces, tabs, newlines and backslashes. */
function unescape(field: string): string {
  return field.replace(
    /\\([0-7]{3})/g,
    (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

function holds(point: string, path: string): boolean {
  return path === point || path.startsWith(point.endsWith("/") ? point : `${point}/`);
}

/**
 * Returns the network file system that a path is on.
 *
 * @param mountinfo as in mountOf()
 * @param path as in mountOf()
 */
export function networkMountOf(mountinfo: string, path: string): Mount | undefined {
  const mount = mountOf(mountinfo, path);
  return mount && NETWORK_TYPES.has(mount.type) ? mount : undefined;
}

/**
 * Looks whether SQLite's file is, or would be, on a network file system.
 *
 * @param home the folder, which need not exist
 * @returns undefined if it is not, or if that cannot be known: elsewhere than on Linux, or without all permissions
 */
export async function findNetworkHome(home: string): Promise<Mount | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  try {
    const mountinfo = await Deno.readTextFile("/proc/self/mountinfo");
    return networkMountOf(mountinfo, await nearestRealPath(resolve(home)));
  } catch {
    return undefined;
  }
}

/** Returns the real path of a folder, or of the nearest one above it that exists. */
async function nearestRealPath(path: string): Promise<string> {
  for (let folder = path;; folder = dirname(folder)) {
    try {
      return await realpath(folder);
    } catch (error) {
      if (folder === dirname(folder)) throw error;
    }
  }
}

/**
 * Describes SQLite's home if it is on a network file system, and the remedy; undefined if it is not, or that is
 * unknown.
 */
export async function networkHomeProblem(
  { home, databaseUrl }: { readonly home: string; readonly databaseUrl?: string | undefined },
): Promise<ReturnType<typeof describeNetworkHome> | undefined> {
  const mount = databaseUrl === undefined ? await findNetworkHome(home) : undefined;
  return mount && describeNetworkHome(home, mount);
}

/** Describes a home on a network file system, and the remedy. */
export function describeNetworkHome(
  home: string,
  { point, type }: Mount,
): { readonly text: string; readonly advice: string } {
  return {
    text: `${home} is on a network file system (${type} at ${point}): runs in SQLite may be ` +
      "its file there, above all if several machines use it",
    advice:
      "Set DATABASE_URL to a PostgreSQL database, or EPOCHQL_HOME to a folder on a local disk.",
  };
}
