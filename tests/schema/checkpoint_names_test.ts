/** Names of checkpoints through the API. */
import { assertEquals, assertMatch, fail } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import type { RunStore } from "../../runs/store/store.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { ask, batches, checkpoint, epoch, openNewStore, refuse, STARTED } from "./support.ts";

const NAME = `mutation ($id: ID!, $name: String, $checkpoint: String, $epoch: Int, $step: Int) {
  nameCheckpoint(runId: $id, name: $name, checkpoint: $checkpoint, epoch: $epoch, step: $step) {
    run { state checkpoints { step name } }
  }
}`;
const NOBODY = btoa("Run:00000000-0000-0000-0000-000000000000");

describe("Mutation.nameCheckpoint", () => {
  let store: RunStore;
  let context: ApiContext;
  let close: () => Promise<void>;
  /** A run of four steps an epoch that is completed, with checkpoints of steps 2, 4 and 8. */
  let id: string;
  before(async () => {
    ({ store, context, close } = await openNewStore());
    const input = { trainSamples: 128, epochs: 2 };
    const { startTraining } = await ask(
      context,
      "mutation ($input: StartTrainingInput) { startTraining(input: $input) { run { id } } }",
      { input },
    );
    id = startTraining.run.id;
    const claim = await store.claim({ worker: "w", leaseMs: 60_000 }) ?? fail();
    await store.append(claim, 1, [
      ...[STARTED, batches(1, 1, 4), epoch(1), batches(2, 5, 4), epoch(2)],
      checkpoint(1, 2, "interval"),
      checkpoint(1, 4, "epoch"),
      checkpoint(2, 8, "epoch"),
      { type: "completed" },
    ]);
  });
  after(() => close());

  /** Names a checkpoint; gives 'step name' of each that has one. */
  async function nameIt(variables: Readonly<Record<string, unknown>>): Promise<string> {
    const { nameCheckpoint: { run } } = await ask(context, NAME, { id, ...variables });
    assertEquals(run.state, "COMPLETED");
    return run.checkpoints.filter(({ name }: { name: string | null }) => name !== null)
      .map(({ step, name }: { step: number; name: string }) => `${step} ${name}`).join();
  }

  it("names the newest, that of a step, after an epoch, in a file, or with a name", async () => {
    assertEquals(await nameIt({ name: " newest " }), "8 newest");
    assertEquals(await nameIt({ name: "half", step: 2 }), "2 half,8 newest");
    assertEquals(await nameIt({ name: "one", epoch: 1 }), "2 half,4 one,8 newest");
    const file = "step-2.safetensors";
    assertEquals(await nameIt({ name: "0.5", checkpoint: file }), "2 0.5,4 one,8 newest");
    assertEquals(await nameIt({ name: "first", checkpoint: "one" }), "2 0.5,4 first,8 newest");
    assertEquals(await nameIt({ name: null, checkpoint: "0.5" }), "4 first,8 newest");
    assertEquals(await nameIt({ name: null, epoch: 1 }), "8 newest");
    assertEquals(await nameIt({ name: null }), "");
  });

  it("is an event that watchers are told of, once for each change", async () => {
    const since = (await store.get(atob(id).slice(4)))?.snapshot.lastSeq;
    await nameIt({ name: "half", step: 2 });
    await nameIt({ name: "half", step: 2 });
    await nameIt({ name: null, step: 2 });
    const { run } = await ask(
      context,
      `query ($id: ID!, $since: Int) { run(id: $id) { events(afterSeq: $since) {
        __typename
        ... on CheckpointNamedEvent { file checkpointName }
      } } }`,
      { id, since },
    );
    assertEquals(
      run.events,
      ["half", null].map((checkpointName) => ({
        ...{ __typename: "CheckpointNamedEvent", file: "step-2.safetensors", checkpointName },
      })),
    );
  });

  it("refuses a name that another checkpoint of the run has", async () => {
    await nameIt({ name: "mine", step: 4 });
    const { message, extensions } = await refuse(context, NAME, { id, name: "mine", step: 2 });
    assertMatch(
      message,
      /^Cannot name the checkpoint of step 2: .*'mine', which is the name of the checkpoint of step 4\./,
    );
    assertEquals(extensions, { code: "CONFLICT" });
    await nameIt({ name: null, step: 4 });
  });

  it("knows no checkpoint that is not there (any more), and no run", async () => {
    for (
      const [which, pattern] of [
        [{ step: 3 }, /the run has no checkpoint of step 3 \(any more, or yet\)/],
        [{ epoch: 9 }, /the run has no checkpoint of the end of epoch 9/],
        [{ checkpoint: "gone" }, /the run has no checkpoint 'gone' \(any more\)/],
      ] as const
    ) {
      const { message, extensions } = await refuse(context, NAME, { id, name: "x", ...which });
      assertMatch(message, pattern);
      assertEquals(extensions, { code: "NOT_FOUND" });
    }
    const nobody = await refuse(context, NAME, { id: NOBODY, name: "x" });
    assertEquals(nobody.extensions?.code, "NOT_FOUND");
  });

  it("says that a checkpoint is gone which went in this very moment", async () => {
    const run = await store.get(atob(id).slice(4)) ?? fail();
    const { checkpoints } = run.snapshot;
    const old = { ...checkpoints[0] ?? fail(), file: "step-1.safetensors", step: 1 };
    const snapshot = { ...run.snapshot, checkpoints: [old, ...checkpoints] };
    const late = { ...store, get: () => Promise.resolve({ ...run, snapshot }) };
    const { message, extensions } = await refuse(
      { ...context, store: late },
      NAME,
      { id, name: "x", step: 1 },
    );
    assertMatch(message, /there is no 'step-1\.safetensors' \(any more\)\.$/);
    assertEquals(extensions, { code: "NOT_FOUND" });
  });

  const refusals: readonly (readonly [Readonly<Record<string, unknown>>, RegExp, string])[] = [
    [{}, /name must be given, or null to take it off\.$/, "name"],
    [{ name: " " }, /name must be a line of 1 to 50 characters, got " "\.$/, "name"],
    [{ name: "x".repeat(51) }, /name must be a line of 1 to 50 characters/, "name"],
    [{ name: "a\nb" }, /name must be a line/, "name"],
    [
      { name: "step-000000004.safetensors" },
      /name must not look like that of a checkpoint's file, got 'step-000000004\.safetensors'\.$/,
      "name",
    ],
    [{ name: "x", step: 0 }, /step must be 1 or more, got 0\.$/, "step"],
    [
      { name: "x", epoch: 1, step: 4 },
      /epoch and step must not both be given, got 1 and 4/,
      "step",
    ],
    [{ name: "x", checkpoint: "a", step: 4 }, /checkpoint and step must not both be given/, "step"],
  ];
  for (const [variables, pattern, path] of refusals) {
    it(`refuses ${JSON.stringify(variables).slice(0, 60)}`, async () => {
      const { message, extensions } = await refuse(context, NAME, { id, ...variables });
      assertMatch(message, /^Cannot name a checkpoint: /);
      assertMatch(message, pattern);
      assertEquals(extensions, { code: "BAD_USER_INPUT", path: [path] });
    });
  }
});
