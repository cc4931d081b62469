/** Pausing and resuming runs through the API, and the checkpoints that they go on from. */
import { assertEquals, assertMatch, fail } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import type { Claim, RunStore } from "../../runs/store/store.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { ask, batches, checkpoint, epoch, openNewStore, refuse, STARTED } from "./support.ts";

const PAUSE = "mutation ($id: ID!) { pauseTraining(runId: $id) { run { id state } } }";
const RESUME = `mutation ($id: ID!, $epochs: Int) {
  resumeTraining(runId: $id, epochs: $epochs) { run { id state progress { epochs steps } } }
}`;
const CANCEL = "mutation ($id: ID!) { cancelTraining(runId: $id) { run { id state } } }";
const DELETE = "mutation ($id: ID!) { deleteRun(runId: $id) { deletedRunId } }";
const NOBODY = btoa("Run:00000000-0000-0000-0000-000000000000");

let store: RunStore;
let context: ApiContext;
let close: () => Promise<void>;

before(async () => {
  ({ store, context, close } = await openNewStore());
});
after(() => close());

/** Starts a run of two epochs of four steps, which is called `name`. */
async function start(name = "digits"): Promise<string> {
  const { startTraining: { run } } = await ask(
    context,
    `mutation ($name: String) {
      startTraining(input: { name: $name, epochs: 2, trainSamples: 128 }) { run { id } }
    }`,
    { name },
  );
  return run.id;
}

/** Claims a run, as a worker does. */
async function claim(id: string): Promise<Claim> {
  return await store.claim({ worker: "w1", leaseMs: 60_000, runId: atob(id).slice(4) }) ??
    fail("nothing to claim");
}

/** A run that was trained to its end. */
async function startAndComplete(): Promise<string> {
  const id = await start();
  await store.append(await claim(id), 1, [
    STARTED,
    batches(1, 1, 4),
    epoch(1),
    batches(2, 5, 4),
    epoch(2),
    { type: "completed" },
  ]);
  return id;
}

describe("Mutation.pauseTraining", () => {
  it("pauses a run that waits for a worker at once", async () => {
    const id = await start();
    assertEquals(await ask(context, PAUSE, { id }), {
      pauseTraining: { run: { id, state: "PAUSED" } },
    });
    assertEquals(await store.claim({ worker: "w1", leaseMs: 1000 }), undefined);
  });

  it("asks the worker of a running one, once", async () => {
    const id = await start();
    await claim(id);
    for (let times = 0; times < 2; times++) {
      const { pauseTraining } = await ask(context, PAUSE, { id });
      assertEquals(pauseTraining.run.state, "PAUSING");
    }
    const { run } = await ask(
      context,
      "query ($id: ID!) { run(id: $id) { events { __typename } } }",
      { id },
    );
    assertEquals(run.events.map(({ __typename }: { __typename: string }) => __typename), [
      "QueuedEvent",
      "ClaimedEvent",
      "PauseRequestedEvent",
    ]);
  });

  it("is a conflict when the run is over; the error names the state and says what is possible", async () => {
    const id = await start("over");
    await ask(context, CANCEL, { id });
    assertEquals(await refuse(context, PAUSE, { id }), {
      message: "Cannot pause the run 'over': it must be queued or running, got CANCELLED.",
      extensions: { code: "CONFLICT" },
    });
  });

  it("does not find a run that is not there", async () => {
    assertEquals(await refuse(context, PAUSE, { id: NOBODY }), {
      message:
        `Cannot pause a training: there is no run '${NOBODY}' (any more). The query 'runs' lists all.`,
      extensions: { code: "NOT_FOUND" },
    });
  });

  it("refuses what is not the id of a run", async () => {
    const { extensions } = await refuse(context, PAUSE, { id: btoa("Sample:mnist:train:1") });
    assertEquals(extensions, { code: "BAD_USER_INPUT", path: ["runId"] });
  });
});

describe("Mutation.resumeTraining", () => {
  it("puts a paused run back into the queue", async () => {
    const id = await start();
    await ask(context, PAUSE, { id });
    const { resumeTraining } = await ask(context, RESUME, { id });
    assertEquals(resumeTraining.run, {
      id,
      state: "QUEUED",
      progress: { epochs: 2, steps: 8 },
    });
    await claim(id);
  });

  it("tries a failed run again, and its error is gone", async () => {
    const id = await start();
    await store.append(await claim(id), 1, [STARTED, { type: "failed", error: "no memory" }]);
    const { resumeTraining } = await ask(context, RESUME, { id });
    assertEquals(resumeTraining.run.state, "QUEUED");
    const { run } = await ask(context, "query ($id: ID!) { run(id: $id) { error endedAt } }", {
      id,
    });
    assertEquals(run, { error: null, endedAt: null });
  });

  it("continues a completed run to more epochs", async () => {
    const id = await startAndComplete();
    const { resumeTraining } = await ask(context, RESUME, { id, epochs: 5 });
    assertEquals(resumeTraining.run, {
      id,
      state: "QUEUED",
      progress: { epochs: 5, steps: 20 },
    });
    const held = await claim(id);
    await store.append(held, 1, [STARTED, batches(3, 9, 2)]);
    const { run } = await ask(
      context,
      `query ($id: ID!) { run(id: $id) {
        state progress { epoch epochs step etaSeconds } curves { svg }
      } }`,
      { id },
    );
    assertEquals(run.state, "RUNNING");
    // Three epochs of 128 samples less two batches of 32, at 100 a second.
    assertEquals(run.progress, { epoch: 2, epochs: 5, step: 10, etaSeconds: 3.2 });
  });

  it("is a conflict for a completed run without more epochs, and says so", async () => {
    const id = await startAndComplete();
    assertEquals(await refuse(context, RESUME, { id }), {
      message:
        "Cannot resume the run 'digits': it must not have trained all of its 2 epochs, got " +
        "COMPLETED. Name a higher number of epochs to continue it.",
      extensions: { code: "CONFLICT" },
    });
  });

  it("refuses epochs that the run has had already, or more than can be asked for", async () => {
    const id = await startAndComplete();
    for (const epochs of [2, 0, -1, 10_001]) {
      const { message, extensions } = await refuse(context, RESUME, { id, epochs });
      assertMatch(message, new RegExp(`epochs must be between 3 and 10000.*`));
      assertEquals(extensions, { code: "BAD_USER_INPUT", path: ["epochs"] });
    }
  });

  it("is a conflict in every other state; the error names it and says what is possible", async () => {
    const [queued, running, cancelled] = [await start(), await start(), await start()];
    await claim(running);
    await ask(context, CANCEL, { id: cancelled });
    const states = [[queued, "QUEUED"], [running, "RUNNING"], [cancelled, "CANCELLED"]] as const;
    for (const [id, state] of states) {
      const { message, extensions } = await refuse(context, RESUME, { id });
      assertEquals(
        message,
        "Cannot resume the run 'digits': it must be paused, interrupted or failed, or completed " +
          `and given more epochs, got ${state}.`,
      );
      assertEquals(extensions, { code: "CONFLICT" });
    }
  });

  it("does not find a run that is not there", async () => {
    assertEquals((await refuse(context, RESUME, { id: NOBODY })).extensions, {
      code: "NOT_FOUND",
    });
  });
});

describe("a paused run", () => {
  it("can be cancelled", async () => {
    const id = await start();
    await ask(context, PAUSE, { id });
    const { cancelTraining } = await ask(context, CANCEL, { id });
    assertEquals(cancelTraining.run.state, "CANCELLED");
  });

  it("can be deleted, with what the server has of it beside the log", async () => {
    const id = await start();
    await ask(context, PAUSE, { id });
    const deleted: string[] = [];
    const deleteRun = (key: string) => {
      deleted.push(btoa(`Run:${key}`));
      return store.delete(key);
    };
    await ask({ ...context, deleteRun }, DELETE, { id });
    assertEquals(deleted, [id]);
    assertEquals((await refuse({ ...context, deleteRun }, DELETE, { id })).extensions, {
      code: "NOT_FOUND",
    });
  });

  it("can be deleted", async () => {
    const id = await start();
    await ask(context, PAUSE, { id });
    assertEquals(await ask(context, DELETE, { id }), { deleteRun: { deletedRunId: id } });
    assertEquals(await ask(context, "query ($id: ID!) { run(id: $id) { id } }", { id }), {
      run: null,
    });
  });
});

describe("Run.checkpoints", () => {
  it("are those that are kept, in the order of their steps", async () => {
    const id = await start();
    const query = `query ($id: ID!) { run(id: $id) {
      checkpoints { file step epoch testAcc bytes sha256 reason }
    } }`;
    assertEquals((await ask(context, query, { id })).run.checkpoints, []);
    await store.append(await claim(id), 1, [
      STARTED,
      batches(1, 1, 2),
      checkpoint(1, 2, "interval"),
      batches(1, 3, 2),
      epoch(1),
      checkpoint(1, 4, "epoch"),
      batches(2, 5, 1),
      checkpoint(2, 5, "stop"),
      { type: "checkpointRemoved", file: "step-2.safetensors" },
    ]);
    const sha256 = "0f".repeat(32);
    assertEquals((await ask(context, query, { id })).run.checkpoints, [
      {
        file: "step-4.safetensors",
        step: 4,
        epoch: 1,
        testAcc: 0.7,
        bytes: 500_004,
        sha256,
        reason: "EPOCH",
      },
      {
        file: "step-5.safetensors",
        step: 5,
        epoch: 2,
        testAcc: null,
        bytes: 500_005,
        sha256,
        reason: "STOP",
      },
    ]);
  });
});
