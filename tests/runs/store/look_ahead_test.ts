/** Looking ahead for what webhooks have to deliver. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { Kysely } from "kysely";
import { DatabaseSync } from "node:sqlite";
import { ANNOUNCED_TYPES } from "../../../runs/log/announced.ts";
import { openSqliteStore } from "../../../runs/store/sqlite/store.ts";
import { sqliteDialect } from "../../../runs/store/sqlite/dialect.ts";
import type { Tables } from "../../../runs/store/sql/tables.ts";
import { lookAhead, nextPosition } from "../../../runs/store/sql/webhooks/next_event.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";
import { startRun } from "../../support/written_run.ts";

/** Number of webhooks of each kind. */
const MANY = 40;

describe("lookAhead()", () => {
  const folder = folderPerTest();

  it("says what each webhook's own look says, and asks no more for many than for one", async () => {
    const path = folder.join("runs.db");
    const store = await openSqliteStore(path);
    const any = { url: "https://example.com/", createdBy: "ci", secret: "whsec_one", max: 1e6 };
    const add = (runId: string | null, index: number, afterSeq = 0) =>
      store.webhooks.create({
        ...any,
        runId,
        afterSeq,
        events: ANNOUNCED_TYPES.filter((_, type) => type % (index % 5 + 1) === index % 2),
      });
    for (let index = 0; index < MANY; index++) await add(null, index);
    const run = await startRun(store, "a run");
    await run.trainEpoch();
    for (let index = 0; index < MANY; index++) {
      await add(null, index);
      await add(run.key, index, index);
    }
    await run.complete();

    let queries = 0;
    const db = new Kysely<Tables>({
      dialect: sqliteDialect(new DatabaseSync(path)),
      log: () => void queries++,
    });
    const webhooks = await db.selectFrom("webhooks").selectAll().execute();
    const own = [];
    for (const webhook of webhooks) own.push(await nextPosition(db, webhook) !== undefined);
    assertEquals(new Set(own).size, 2);

    queries = 0;
    const hasNext = lookAhead(db, webhooks);
    const together = [];
    for (const webhook of webhooks) together.push(await hasNext(webhook));
    assertEquals(together, own);
    // One of the announcements, and one of each type in the log of the run.
    assertEquals(queries, 1 + ANNOUNCED_TYPES.length);

    await db.destroy();
    await store.close();
  });
});
