/** A server that is killed: what it was about to deliver is delivered by the next one, and nothing is lost. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { ANNOUNCED_TYPES } from "../../runs/log/announced.ts";
import { openSqliteStore } from "../../runs/store/sqlite/store.ts";
import { createSecret } from "../../webhooks/secret.ts";
import { runScript } from "../support/scripts.ts";
import { folderPerTest } from "../support/temporary_folder.ts";
import { until } from "../support/until.ts";
import { startRun } from "../support/written_run.ts";
import { startReceiver } from "./receiver.ts";

/** Types of the messages during whose delivery the process is killed. */
const KILLED_AT = new Set(["run.started", "run.epoch 2", "run.completed"]);

describe("a server that is killed while it delivers a webhook", () => {
  const folder = folderPerTest();

  it("loses no event, and a receiver that keeps ids sees each once and in order", async () => {
    const place = folder.join("runs.db");
    const store = await openSqliteStore(place);
    const start = () => runScript("tests/webhooks/delivering_process.ts", [place]);
    let server: Deno.ChildProcess | undefined;
    const ends: Promise<unknown>[] = [];
    const kill = () => {
      server?.kill("SIGKILL");
      if (server) ends.push(server.status);
    };
    const killed = new Set<string>();
    await using receiver = startReceiver({
      answer({ type, data, id }) {
        const name = type === "run.epoch" ? `${type} ${data.epoch.number}` : type;
        if (KILLED_AT.has(name) && !killed.has(id)) {
          killed.add(id);
          // The message has arrived, but the process never learns it.
          kill();
          server = start();
        }
        return new Response();
      },
    });
    try {
      await store.webhooks.create({
        ...{ url: receiver.url, runId: null, events: ANNOUNCED_TYPES, createdBy: "ci" },
        ...{ secret: createSecret(), afterSeq: 0, max: 1 },
      });
      server = start();
      const run = await startRun(store);
      for (let epoch = 0; epoch < 3; epoch++) await run.trainEpoch();
      await run.complete();
      await until("all is delivered", async () => {
        const [webhook] = await store.webhooks.list();
        return webhook?.delivered === 5;
      });
    } finally {
      kill();
      await Promise.all(ends);
      await store.close();
    }
    const expected = ["run.started", "run.epoch 1", "run.epoch 2", "run.epoch 3", "run.completed"];
    assertEquals(killed.size, KILLED_AT.size);
    // Those that it was killed at come again, with the same id.
    for (const type of KILLED_AT) {
      assertNotEquals(receiver.types().indexOf(type), receiver.types().lastIndexOf(type), type);
    }
    const isFirst = receiver.received.map(({ id }, index) =>
      receiver.received.findIndex((received) => received.id === id) === index
    );
    assertEquals(receiver.types().filter((_type, index) => isFirst[index]), expected);
  });
});
