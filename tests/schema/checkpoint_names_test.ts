/** Names of checkpoints through the API. */
import { assertEquals, assertMatch, fail } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { useApi, type Variables } from "../support/api.ts";
import { checkpoint, started, storeId, trainedEpoch } from "../support/written_run.ts";

const NAME = `mutation ($id: ID!, $name: String, $checkpoint: String, $epoch: Int, $step: Int) {
  nameCheckpoint(runId: $id, name: $name, checkpoint: $checkpoint, epoch: $epoch, step: $step) {
    run { state checkpoints { step name } }
  }
}`;

describe("Mutation.nameCheckpoint", () => {
  const api = useApi();
  /** A completed run with checkpoints of the steps 2, 4 and 8. */
  let id: string;
  before(async () => {
    id = await api.start();
    const { append, complete } = await api.claim(id);
    await append(
      ...[started(), ...trainedEpoch(1), ...trainedEpoch(2)],
      ...[checkpoint(1, 2, "interval"), checkpoint(1, 4), checkpoint(2, 8)],
    );
    await complete();
  });

  /** Names a checkpoint; returns 'step name' of each that has one. */
  async function nameIt(variables: Variables): Promise<string> {
    const { nameCheckpoint: { run } } = await api.ask(NAME, { id, ...variables });
    assertEquals(run.state, "COMPLETED");
    return run.checkpoints.filter(({ name }: { name: string | null }) => name !== null)
      .map(({ step, name }: { step: number; name: string }) => `${step} ${name}`).join();
  }

  it("names the newest, that of a step, after an epoch, in a file, or with a name", async () => {
    const rows = [
      [{ name: " newest " }, "8 newest"],
      [{ name: "half", step: 2 }, "2 half,8 newest"],
      [{ name: "one", epoch: 1 }, "2 half,4 one,8 newest"],
      [{ name: "0.5", checkpoint: "step-2.safetensors" }, "2 0.5,4 one,8 newest"],
      [{ name: "first", checkpoint: "one" }, "2 0.5,4 first,8 newest"],
      [{ name: null, checkpoint: "0.5" }, "4 first,8 newest"],
      [{ name: null, epoch: 1 }, "8 newest"],
      [{ name: null }, ""],
    ] as const;
    for (const [variables, names] of rows) assertEquals(await nameIt(variables), names);
  });

  it("appends an event for each change, once", async () => {
    const since = (await api.store.get(storeId(id)))?.snapshot.lastSeq;
    await nameIt({ name: "half", step: 2 });
    await nameIt({ name: "half", step: 2 });
    await nameIt({ name: null, step: 2 });
    const { run } = await api.ask(
      `query ($id: ID!, $since: Int) { run(id: $id) { events(afterSeq: $since) {
        __typename
        ... on CheckpointNamedEvent { file checkpointName }
      } } }`,
      { id, since },
    );
    const named = { __typename: "CheckpointNamedEvent", file: "step-2.safetensors" };
    const names = ["half", null];
    assertEquals(run.events, names.map((checkpointName) => ({ ...named, checkpointName })));
  });

  it("refuses a name that another checkpoint of the run has", async () => {
    await nameIt({ name: "mine", step: 4 });
    const { message, extensions } = await api.refuse(NAME, { id, name: "mine", step: 2 });
    assertMatch(
      message,
      /^Cannot name the checkpoint of step 2: the checkpoint of step 4 .* is already named 'mine'\./,
    );
    assertEquals(extensions, { code: "CONFLICT" });
    await nameIt({ name: null, step: 4 });
  });

  it("reports a checkpoint that is removed at the same moment", async () => {
    const run = await api.store.get(storeId(id)) ?? fail();
    const { checkpoints } = run.snapshot;
    const old = { ...checkpoints[0] ?? fail(), file: "step-1.safetensors", step: 1 };
    const snapshot = { ...run.snapshot, checkpoints: [old, ...checkpoints] };
    const late = { ...api.store, get: () => Promise.resolve({ ...run, snapshot }) };
    const { message, extensions } = await api.with({ store: late })
      .refuse(NAME, { id, name: "x", step: 1 });
    assertMatch(message, /it has no 'step-1\.safetensors'; it may have been deleted\.$/);
    assertEquals(extensions, { code: "NOT_FOUND" });
  });
});
