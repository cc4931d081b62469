/** Detection of a home on a network file system, by Linux's list of mounts. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { checkHome } from "../../../cli/doctor/checks.ts";
import {
  describeNetworkHome,
  findNetworkHome,
  mountOf,
  networkMountOf,
} from "../../../runs/store/sqlite/network_home.ts";

const MOUNTINFO = String.raw`22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
40 27 0:41 / /home rw,relatime shared:2 master:1 - nfs4 server:/export/home rw,vers=4.2
41 40 254:1 / /home/ada/local rw - xfs /dev/vdb rw
42 27 0:43 / /mnt/my\040share\134x rw - cifs //server/share rw
43 27 0:44 / /mnt/twice rw - nfs server:/twice rw
44 43 0:45 / /mnt/twice rw - tmpfs tmpfs rw
45 27 0:46 / /mnt/sshfs rw - fuse.sshfs ada@server:/ rw
a line of another form

`;

describe("mountOf()", () => {
  it("finds the longest mount point above a path", () => {
    assertEquals(mountOf(MOUNTINFO, "/srv/home"), { point: "/", type: "ext4" });
    assertEquals(mountOf(MOUNTINFO, "/home"), { point: "/home", type: "nfs4" });
    assertEquals(mountOf(MOUNTINFO, "/home/ada/.epochql"), { point: "/home", type: "nfs4" });
    assertEquals(mountOf(MOUNTINFO, "/home/ada/local/x")?.type, "xfs");
  });

  it("takes no folder for one whose name only begins alike", () => {
    assertEquals(mountOf(MOUNTINFO, "/homes/ada")?.point, "/");
  });

  it("reads escaped mount points", () => {
    assertEquals(mountOf(MOUNTINFO, "/mnt/my share\\x/runs"), {
      point: "/mnt/my share\\x",
      type: "cifs",
    });
  });

  it("takes the last of several at one point, which covers the others", () => {
    assertEquals(mountOf(MOUNTINFO, "/mnt/twice/runs")?.type, "tmpfs");
  });

  it("finds nothing in a text of another form", () => {
    assertEquals(mountOf("", "/home"), undefined);
    assertEquals(mountOf("1 2 3\n - - -", "/home"), undefined);
  });
});

describe("networkMountOf()", () => {
  it("finds network file systems only", () => {
    assertEquals(networkMountOf(MOUNTINFO, "/home/ada")?.type, "nfs4");
    assertEquals(networkMountOf(MOUNTINFO, "/mnt/sshfs/a")?.type, "fuse.sshfs");
    assertEquals(networkMountOf(MOUNTINFO, "/home/ada/local"), undefined);
    assertEquals(networkMountOf(MOUNTINFO, "/var"), undefined);
  });
});

describe("a home on a network file system", () => {
  it("is described with its file system and the remedy", () => {
    const { text, advice } = describeNetworkHome("/home/ada/x", { point: "/home", type: "nfs4" });
    assert(text.startsWith("/home/ada/x is on a network file system (nfs4 at /home)"), text);
    assert(advice.includes("DATABASE_URL"), advice);
  });

  it("does not matter where runs are kept in PostgreSQL", async () => {
    assertEquals(await checkHome({ home: "/home", databaseUrl: "postgresql://a@b/c" }), []);
  });

  it("is looked for above a folder that does not exist", async () => {
    // Linux's own files are on no network; the folder above is what is found.
    assertEquals(await findNetworkHome("/proc/none/such"), undefined);
  });
});
