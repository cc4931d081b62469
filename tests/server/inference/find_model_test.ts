/** Names of models in the Open Inference Protocol. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { globalId } from "../../../schema/base/global_id.ts";
import { findModel } from "../../../server/inference/find_model.ts";
import { startServer } from "../../support/start_server.ts";
import { startRun } from "../../support/written_run.ts";

describe("a model", () => {
  it("is found by the run's id in files, by its id in the API and by its name", async () => {
    await using server = await startServer();
    const { key } = await startRun(server.store, "a run");
    const id = globalId("Run", key);
    for (const name of [key, id, id.replace(/=+$/, ""), "a run"]) {
      assertEquals((await findModel(server.store, name)).id, key, name);
    }
  });
});
