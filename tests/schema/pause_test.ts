/** Pausing and resuming runs through the API, and the checkpoints from which they resume. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { useApi } from "../support/api.ts";
import { batches, checkpoint, epoch, started, trainedEpoch } from "../support/written_run.ts";

const PAUSE = "mutation ($id: ID!) { pauseTraining(runId: $id) { run { id state } } }";
const RESUME = `mutation ($id: ID!, $epochs: Int) {
  resumeTraining(runId: $id, epochs: $epochs) { run { id state progress { epochs steps } } }
}`;
const CANCEL = "mutation ($id: ID!) { cancelTraining(runId: $id) { run { id state } } }";
const DELETE = "mutation ($id: ID!) { deleteRun(runId: $id) { deletedRunId } }";

const api = useApi();

async function startAndPause(): Promise<string> {
  const id = await api.start();
  await api.ask(PAUSE, { id });
  return id;
}

describe("Mutation.pauseTraining", () => {
  it("pauses a run that waits for a worker at once", async () => {
    const id = await api.start();
    assertEquals(await api.ask(PAUSE, { id }), { pauseTraining: { run: { id, state: "PAUSED" } } });
    assertEquals(await api.store.claim({ worker: "w1", leaseMs: 1000 }), undefined);
  });

  it("asks the worker of a running one, once", async () => {
    const id = await api.start();
    await api.claim(id);
    for (let times = 0; times < 2; times++) {
      const { pauseTraining } = await api.ask(PAUSE, { id });
      assertEquals(pauseTraining.run.state, "PAUSING");
    }
    const { events } = await api.readRun(id, "events { __typename }");
    const names = ["QueuedEvent", "ClaimedEvent", "PauseRequestedEvent"];
    assertEquals(events, names.map((__typename) => ({ __typename })));
  });
});

describe("Mutation.resumeTraining", () => {
  it("puts a paused run back into the queue", async () => {
    const id = await startAndPause();
    const { resumeTraining: { run } } = await api.ask(RESUME, { id });
    assertEquals(run, { id, state: "QUEUED", progress: { epochs: 2, steps: 8 } });
    await api.claim(id);
  });

  it("tries a failed run again and clears its error", async () => {
    const id = await api.start();
    await (await api.claim(id)).append(started(), { type: "failed", error: "no memory" });
    const { resumeTraining } = await api.ask(RESUME, { id });
    assertEquals(resumeTraining.run.state, "QUEUED");
    assertEquals(await api.readRun(id, "error endedAt"), { error: null, endedAt: null });
  });

  it("continues a completed run to more epochs", async () => {
    const id = await api.start();
    const { append, complete } = await api.claim(id);
    await append(started(), ...trainedEpoch(1), ...trainedEpoch(2));
    await complete();
    const { resumeTraining } = await api.ask(RESUME, { id, epochs: 5 });
    assertEquals(resumeTraining.run, {
      ...{ id, state: "QUEUED", progress: { epochs: 5, steps: 20 } },
    });
    await (await api.claim(id)).append(started(), batches(3, 9, 2));
    const run = await api.readRun(
      id,
      "state progress { epoch epochs step etaSeconds } curves { svg }",
    );
    assertEquals(run.state, "RUNNING");
    // Nothing is known yet of the second attempt's pace.
    assertEquals(run.progress, { epoch: 2, epochs: 5, step: 10, etaSeconds: null });
  });
});

describe("a paused run", () => {
  it("can be cancelled", async () => {
    const { cancelTraining } = await api.ask(CANCEL, { id: await startAndPause() });
    assertEquals(cancelTraining.run.state, "CANCELLED");
  });

  it("can be deleted", async () => {
    const id = await startAndPause();
    assertEquals(await api.ask(DELETE, { id }), { deleteRun: { deletedRunId: id } });
    assertEquals(await api.readRun(id, "id"), null);
  });

  it("is deleted by the server's own function, which removes its files too", async () => {
    const id = await startAndPause();
    const deleted: string[] = [];
    const deleteRun = (key: string) => {
      deleted.push(btoa(`Run:${key}`));
      return api.store.delete(key);
    };
    await api.with({ deleteRun }).ask(DELETE, { id });
    assertEquals(deleted, [id]);
    const { extensions } = await api.with({ deleteRun }).refuse(DELETE, { id });
    assertEquals(extensions, { code: "NOT_FOUND" });
  });
});

describe("Run.checkpoints", () => {
  it("are those that are kept, in the order of their steps", async () => {
    const id = await api.start();
    const read = async () =>
      (await api.readRun(id, "checkpoints { file step epoch testAcc bytes sha256 reason }"))
        .checkpoints;
    assertEquals(await read(), []);
    await (await api.claim(id)).append(
      started(),
      ...[batches(1, 1, 2), checkpoint(1, 2, "interval")],
      ...[batches(1, 3, 2), epoch(1), checkpoint(1, 4)],
      ...[batches(2, 5, 1), checkpoint(2, 5, "stop")],
      { type: "checkpointRemoved", file: "step-2.safetensors" },
    );
    const sha256 = "0f".repeat(32);
    assertEquals(await read(), [
      {
        ...{ file: "step-4.safetensors", step: 4, epoch: 1, testAcc: 0.91 },
        ...{ bytes: 500_004, sha256, reason: "EPOCH" },
      },
      {
        ...{ file: "step-5.safetensors", step: 5, epoch: 2, testAcc: null },
        ...{ bytes: 500_005, sha256, reason: "STOP" },
      },
    ]);
  });
});
