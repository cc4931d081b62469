/** The contract of stores for names of checkpoints, which the test file of each database runs. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { ConflictError, NoSuchCheckpointError } from "../../../runs/log/errors.ts";
import type { Run } from "../../../runs/log/run.ts";
import type { RunEventBody } from "../../../runs/log/event.ts";
import type { Claim } from "../../../runs/store/store.ts";
import { aSpec, ofType, readAll } from "../../support/fake_run.ts";
import { present } from "../../support/present.ts";
import { type TestDatabase, useDatabase } from "./database_per_test.ts";

/** Returns the event of a step's checkpoint, each with its file. */
function aCheckpoint(step: number): RunEventBody {
  return {
    type: "checkpoint",
    ...{ step, epoch: 1, file: `step-${step}`, bytes: 1, sha256: "0", reason: "interval" },
    testAcc: null,
  };
}

export function testCheckpointNames(name: string, makeDatabase: () => Promise<TestDatabase>): void {
  describe(`the ${name} store, of named checkpoints`, () => {
    const { store, another } = useDatabase(makeDatabase);
    let id: string;
    let claim: Claim;
    let appends = 0;

    /** A run in training with the checkpoints of steps 1 to 4. */
    beforeEach(async () => {
      id = (await store.create({ name: "a run", spec: aSpec() })).run.id;
      claim = present(await store.claim({ worker: "w", leaseMs: 60_000 }));
      appends = 0;
      const [losses, accs] = [[1, 1, 1, 1], [0, 0, 0, 0]];
      await append(
        { type: "started", device: "d", engine: "e", stepsPerEpoch: 4, steps: 12, parameters: 1 },
        { type: "batches", epoch: 1, firstStep: 1, losses, accs, samplesPerSecond: 1 },
        ...[1, 2, 3, 4].map(aCheckpoint),
      );
    });

    const append = (...events: readonly RunEventBody[]) => store.append(claim, ++appends, events);
    const nameIt = (step: number, name: string | null) =>
      store.nameCheckpoint(id, { file: `step-${step}`, name });
    const remove = (step: number, unusable?: boolean): RunEventBody => ({
      ...{ type: "checkpointRemoved", file: `step-${step}` },
      ...(unusable === undefined ? {} : { unusable }),
    });
    /** 'step name' of each checkpoint. */
    const shown = ({ snapshot }: Run) =>
      snapshot.checkpoints.map(({ step, name }) => `${step} ${name}`).join();

    it("writes a name in the log and keeps it with the checkpoint, and so its end", async () => {
      const named = present(await nameIt(2, "best"));
      assertEquals(shown(named), "1 null,2 best,3 null,4 null");
      assertEquals(await store.get(id), named);
      assertEquals(named.snapshot.lastCheckpoint?.name, null);
      assertEquals(present(await nameIt(4, "last")).snapshot.lastCheckpoint?.name, "last");
      assertEquals(shown(present(await nameIt(2, null))), "1 null,2 null,3 null,4 last");
      const [first, , third] = (await readAll(store, id)).slice(-3);
      const { file, name } = ofType("checkpointNamed", first);
      assertEquals([file, name], ["step-2", "best"]);
      assertEquals(ofType("checkpointNamed", third).name, null);
    });

    it("repeats nothing, and lets a name be another", async () => {
      const once = await nameIt(2, "best");
      assertEquals(await nameIt(2, "best"), once);
      assertEquals(await nameIt(1, null), once);
      assertEquals(shown(present(await nameIt(2, "good"))), "1 null,2 good,3 null,4 null");
      assertEquals(shown(present(await nameIt(3, "best"))), "1 null,2 good,3 best,4 null");
    });

    it("refuses a name that another checkpoint of the run has, and says which", async () => {
      await nameIt(2, "best");
      const error = await assertRejects(() => nameIt(3, "best"));
      assertMatch(
        String(error),
        /Cannot name the checkpoint of step 3: the checkpoint of step 2 .* is already named 'best'/,
      );
      assert(error instanceof ConflictError);
      assertEquals(shown(present(await store.get(id))), "1 null,2 best,3 null,4 null");
    });

    it("does not remove one that was named, and returns it to the worker", async () => {
      await nameIt(1, "first");
      const after = await append(remove(1), remove(2, false));
      assertEquals(shown(after), "1 first,3 null,4 null");
      assertEquals(await store.get(id), after);
      const removed = (await readAll(store, id)).filter(({ type }) => type === "checkpointRemoved");
      assertEquals(removed.map((event) => ofType("checkpointRemoved", event).file), ["step-2"]);
      // The append counts, though it held nothing else.
      await append(remove(1));
      assertEquals(shown(await append(remove(3))), "1 first,4 null");
    });

    it("does remove one that is unusable, and one whose name was taken off", async () => {
      await nameIt(1, "first");
      await nameIt(2, "second");
      await nameIt(2, null);
      assertEquals(shown(await append(remove(1, true), remove(2, false))), "3 null,4 null");
    });

    it("lets either a name or a removal win where both come at once, and never both", async () => {
      const other = await another();
      for (const step of [1, 2, 3]) {
        const naming = other.nameCheckpoint(id, { file: `step-${step}`, name: `n${step}` })
          .then(() => true, (error) => {
            if (!(error instanceof NoSuchCheckpointError)) throw error;
            return false;
          });
        const [isNamed, run] = await Promise.all([naming, append(remove(step, false))]);
        const now = present(await store.get(id));
        assertEquals(shown(now).includes(`${step} n${step}`), isNamed);
        // The worker receives the state as it is: it removes the file only if the log has removed it.
        assertEquals(run.snapshot.checkpoints.some((one) => one.step === step), isNamed);
      }
    });

    it("knows no checkpoint that is gone or never was, and no run that is not there", async () => {
      await append(remove(1));
      for (const file of ["step-1", "nothing", "a\0b"]) {
        const error = await assertRejects(() => store.nameCheckpoint(id, { file, name: "x" }));
        assertMatch(String(error), /Cannot name a checkpoint of the run 'a run': it has no '/);
        assert(error instanceof NoSuchCheckpointError);
      }
      assertEquals(await store.nameCheckpoint("nothing", { file: "step-1", name: "x" }), undefined);
    });

    it("names those of a run that nobody holds any more", async () => {
      await append({ type: "completed" });
      assertEquals(shown(present(await nameIt(1, "first"))), "1 first,2 null,3 null,4 null");
      assertEquals(present(await store.get(id)).snapshot.state, "COMPLETED");
    });

    it("is a change that readers of changes see", async () => {
      const after = await store.lastChange();
      await nameIt(1, "first");
      const changes = await store.changes({ after, limit: 10 });
      assertEquals(changes.map(({ run }) => shown(run)), ["1 first,2 null,3 null,4 null"]);
    });
  });
}
