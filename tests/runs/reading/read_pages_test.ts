/** Files of a run's whole log, and a run that is deleted while one is read. */
import { assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import type { RunEvent } from "../../../runs/log/event.ts";
import { readWhole } from "../../../runs/reading/read_pages.ts";
import { openSqliteStore } from "../../../runs/store/sqlite/store.ts";
import { present } from "../../support/present.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";
import { aSpec } from "../../support/fake_run.ts";

describe("readWhole()", () => {
  it("reads a log to its end, and fails where the run is deleted meanwhile", async () => {
    using folder = temporaryFolder();
    const store = await openSqliteStore(join(folder.path, "runs.db"));
    const { run: { id } } = await store.create({ name: "a", spec: aSpec() });
    const read: RunEvent[] = [];
    for await (const page of readWhole(store, id)) read.push(...page);
    assertEquals(read.map(({ type }) => type), ["queued"]);
    await store.request(id, "cancel");
    const pages = readWhole(store, id);
    present((await pages.next()).value);
    await store.delete(id);
    await assertRejects(() => pages.next(), Error, "was deleted while it was read");
    await store.close();
  });
});
