/** The contract of stores for names, tags, notes, filters and orders, which the test file of each database runs. */
import { assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type RunOrder } from "../../../runs/store/run_order.ts";
import type { Run } from "../../../runs/log/run.ts";
import type { ListOptions } from "../../../runs/store/store.ts";
import { anEpoch, aSpec, ofType, readAll } from "../../support/fake_run.ts";
import { present } from "../../support/present.ts";
import { type TestDatabase, useDatabase } from "./database_per_test.ts";

export function testDescriptions(name: string, makeDatabase: () => Promise<TestDatabase>): void {
  describe(`the ${name} store, of what runs are called`, () => {
    const { store, renew } = useDatabase(makeDatabase);

    const create = async (name = "a run", change = {}) =>
      (await store.create({ name, spec: aSpec(change) })).run;

    /** A run whose epochs end with these test accuracies. */
    async function createTrained(name: string, ...accs: readonly number[]): Promise<Run> {
      const { id } = await create(name);
      const claim = present(await store.claim({ worker: "w", leaseMs: 60_000, runId: id }));
      return await store.append(claim, 1, [
        { type: "started", device: "d", engine: "e", stepsPerEpoch: 1, steps: 3, parameters: 1 },
        ...accs.map((testAcc, at) => ({ ...anEpoch(at + 1), testAcc, testLoss: 1 - testAcc })),
        { type: "completed" },
      ]);
    }

    /** The names of all runs that match, read in pages of two. */
    async function namesOf(options: Omit<ListOptions, "first"> = {}): Promise<readonly string[]> {
      const names: string[] = [];
      let after: string | undefined;
      for (;;) {
        const page = await store.list({ first: 2, ...options, ...(after ? { after } : {}) });
        names.push(...page.runs.map(({ name }) => name));
        if (!page.hasNextPage) {
          assertEquals(page.totalCount, names.length);
          return names;
        }
        after = present(page.runs.at(-1)).id;
      }
    }

    describe("describe()", () => {
      it("writes name, tags and note in the log, and what they add up to", async () => {
        const { id } = await create("first");
        const description = { name: "second", tags: ["a", "b"], note: "lines\nof it" };
        const run = present(await store.describe(id, description));
        const { tags, note, state } = run.snapshot;
        assertEquals({ name: run.name, tags, note }, description);
        assertEquals([run.originalName, state], ["first", "QUEUED"]);
        assertEquals(await store.get(id), run);
        const [, renamed, tagged, noted, ...more] = await readAll(store, id);
        assertEquals(ofType("renamed", renamed).name, "second");
        assertEquals(ofType("tagged", tagged).tags, ["a", "b"]);
        assertEquals(ofType("noted", noted).note, "lines\nof it");
        assertEquals(more, []);
      });

      it("keeps omitted fields, clears fields that are null or empty, and logs nothing that is unchanged", async () => {
        const { id } = await create();
        await store.describe(id, { tags: ["a"], note: "n" });
        const before = present(await store.describe(id, { note: null }));
        assertEquals([before.snapshot.tags, before.snapshot.note], [["a"], null]);
        const after = await store.describe(id, { name: "a run", tags: ["a", "a"], note: null });
        assertEquals(after, before);
        assertEquals(present(await store.describe(id, { tags: [] })).snapshot.tags.length, 0);
        assertEquals(await namesOf({ tag: "a" }), []);
      });

      it("does not disturb the worker that holds the run, and works after its end", async () => {
        const { id } = await create();
        const claim = present(await store.claim({ worker: "w", leaseMs: 60_000 }));
        await store.describe(id, { name: "while it trains" });
        await store.append(claim, 1, [{ type: "completed" }]);
        await store.describe(id, { tags: ["done"] });
        const { name, snapshot: { tags, state } } = present(await store.get(id));
        assertEquals([name, tags, state], ["while it trains", ["done"], "COMPLETED"]);
      });

      it("is a change that readers of changes see, each as the run was then", async () => {
        const { id } = await create("one");
        const after = await store.lastChange();
        await store.describe(id, { name: "two" });
        await store.describe(id, { name: "three", tags: ["t"] });
        const changes = await store.changes({ after, limit: 10 });
        const seen = changes.map(({ run }) => [run.name, run.snapshot.tags.length]);
        assertEquals(seen, [["two", 0], ["three", 0], ["three", 1]]);
      });

      it("knows no run that is not there", async () => {
        assertEquals(await store.describe("nothing", { name: "x" }), undefined);
      });

      it("keeps the first name for a key that is used again", async () => {
        const start = { name: "one", spec: aSpec(), idempotencyKey: "k" };
        const { run } = await store.create(start);
        await store.describe(run.id, { name: "two" });
        const again = await store.create(start);
        assertEquals(again.created, false);
        assertEquals([again.run.name, again.run.originalName], ["two", "one"]);
      });

      it("lets a run be deleted with its tags", async () => {
        const { id } = await createTrained("r", 0.5);
        await store.describe(id, { tags: ["a"] });
        assertEquals(await store.delete(id), true);
        assertEquals(await namesOf({ tag: "a" }), []);
      });
    });

    describe("list()", () => {
      it("filters by a tag, exactly", async () => {
        for (const name of ["one", "two", "three"]) {
          const { id } = await create(name);
          await store.describe(id, { tags: name === "two" ? ["A%"] : ["a", `only ${name}`] });
        }
        assertEquals(await namesOf({ tag: "a" }), ["three", "one"]);
        assertEquals(await namesOf({ tag: "A%" }), ["two"]);
        assertEquals(await namesOf({ tag: "only" }), []);
        assertEquals(await namesOf({ tag: "a\0b" }), []);
      });

      it("finds accents however they are composed, in names, tags and searches", async () => {
        const [one, two] = ["\u00e9tude", "e\u0301tude"];
        const { run } = await store.create({ name: two, spec: aSpec() });
        await store.describe(run.id, { tags: [two, one] });
        assertEquals((await store.get(run.id))?.snapshot.tags, [one]);
        for (const text of [one, two, two.toUpperCase()]) {
          assertEquals((await store.list({ first: 9, search: text })).totalCount, 1);
        }
        for (const tag of [one, two]) {
          assertEquals((await store.list({ first: 9, tag })).totalCount, 1);
        }
      });

      it("searches for every word in name, recipe, seed, tags and note, whatever its case", async () => {
        await create("Größe ÄNDERN", { seed: 4711 });
        const { id } = await create("100%_sure\\");
        await store.describe(id, { tags: ["Baseline"], note: "learning rate\ntoo high" });
        const sure = "100%_sure\\";
        for (const search of ["basic_cnn", " ", ""]) {
          assertEquals(await namesOf({ search }), [sure, "Größe ÄNDERN"]);
        }
        for (const search of ["ändern GRÖSSE".replace("SS", "ß"), "4711", "größe 47"]) {
          assertEquals(await namesOf({ search }), ["Größe ÄNDERN"]);
        }
        for (const search of ["%", "0%_", "\\", "BASE too", "rate high 100", "\tHigh\n"]) {
          assertEquals(await namesOf({ search }), [sure]);
        }
        for (const search of ["größe 4712", "a%b", "x\0y", "'; --", "__"]) {
          assertEquals(await namesOf({ search }), []);
        }
        // The number of a seed counts alone.
        assertEquals(await namesOf({ search: "Seed 4711 größe" }), ["Größe ÄNDERN"]);
        for (const search of ["seed 47", "seed 4711 sure", "seed größe"]) {
          assertEquals(await namesOf({ search }), []);
        }
        await store.describe(id, { name: "another", note: null });
        assertEquals(await namesOf({ search: "sure" }), []);
        assertEquals(await namesOf({ search: "another base" }), ["another"]);
      });

      it("filters by the best test accuracy, together with all else", async () => {
        await createTrained("low", 0.5);
        await createTrained("fell", 0.9, 0.4);
        await createTrained("high", 0.8, 0.95);
        await create("not yet");
        assertEquals(await namesOf({ minTestAcc: 0.9 }), ["high", "fell"]);
        assertEquals(await namesOf({ minTestAcc: 0.9, search: "fell" }), ["fell"]);
        assertEquals(await namesOf({ minTestAcc: 0, state: "QUEUED" }), []);
      });

      it("sorts by every metric, without a metric last, and newer first among equal ones", async () => {
        await create("none, old");
        await createTrained("b", 0.9, 0.4);
        await createTrained("a", 0.7);
        await create("none, new");
        await createTrained("a", 0.7);
        await createTrained("c", 0.2);
        const rows = [
          ["BEST_TEST_ACC", "DESC", "b,a,a,c,none, new,none, old"],
          ["BEST_TEST_ACC", "ASC", "c,a,a,b,none, new,none, old"],
          ["TEST_ACC", "DESC", "a,a,b,c,none, new,none, old"],
          ["TEST_LOSS", "ASC", "a,a,b,c,none, new,none, old"],
          ["TRAIN_LOSS", "DESC", "c,a,a,b,none, new,none, old"],
          ["TRAIN_ACC", "ASC", "c,a,a,b,none, new,none, old"],
          ["CREATED_AT", "ASC", "none, old,b,a,none, new,a,c"],
        ] as const;
        for (const [field, direction, names] of rows) {
          assertEquals((await namesOf({ order: { field, direction } })).join(), names);
        }
      });

      it("sorts by state, network, dataset and duration, without an end last", async () => {
        const create = (name: string, network: string, dataset: string) => {
          const spec = aSpec();
          const change = { network: { ...spec.network, name: network }, dataset };
          return store.create({ name, spec: { ...spec, ...change } });
        };
        await create("b", "beta", "mnist");
        await create("A", "Alpha", "photos@0123abcd");
        await createTrained("done", 0.5);
        await create("z", "zeta", "fashion-mnist");
        const sorted = async (field: RunOrder["field"], direction: RunOrder["direction"]) =>
          (await namesOf({ order: { field, direction } })).join(" ");
        assertEquals(await sorted("STATE", "ASC"), "done z A b");
        assertEquals(await sorted("STATE", "DESC"), "z A b done");
        assertEquals((await sorted("NETWORK", "ASC")).replace(" done", ""), "A b z");
        assertEquals((await sorted("DATASET", "ASC")).replace(" done", ""), "z b A");
        for (const direction of ["ASC", "DESC"] as const) {
          assertEquals(await sorted("DURATION", direction), "done z A b");
        }
      });

      it("sorts by the name that a run has now, whatever its case, by code points", async () => {
        for (const name of ["b", "Z", "_", "ä", "A"]) await create(name);
        const { id } = await create("renamed");
        await store.describe(id, { name: "C" });
        const order = { field: "NAME", direction: "ASC" } as const;
        assertEquals(await namesOf({ order }), ["_", "A", "b", "C", "Z", "ä"]);
      });

      it("goes on where a page ended, though its last run has moved since", async () => {
        for (const name of ["a", "b", "c", "d"]) await create(name);
        const order = { field: "NAME", direction: "ASC" } as const;
        const [, b] = (await store.list({ first: 2, order })).runs;
        const after = present(b).id;
        await store.describe(after, { name: "z" });
        const names = async (options: Partial<ListOptions>) =>
          (await store.list({ first: 10, order, after, ...options })).runs.map(({ name }) => name);
        assertEquals(await names({ afterValue: "b" }), ["c", "d", "z"]);
        assertEquals(await names({}), []);
        await assertRejects(() => store.list({ first: 1, order, after: "nothing" }), RangeError);
      });
    });

    describe("tags()", () => {
      it("counts the runs of each tag in use, most runs first, then by name", async () => {
        const names = ["a", "b", "c", "d"];
        const ids = new Map<string, string>();
        for (const name of names) ids.set(name, (await create(name)).id);
        const tag = (name: string, ...tags: readonly string[]) =>
          store.describe(present(ids.get(name)), { tags });
        assertEquals(await store.tags({ first: 10 }), []);
        await tag("a", "baseline", "_");
        await tag("b", "baseline", "Z");
        await tag("c", "a");
        await tag("d", "gone");
        await tag("d");
        assertEquals(await store.tags({ first: 10 }), [
          { name: "baseline", runCount: 2 },
          { name: "Z", runCount: 1 },
          { name: "_", runCount: 1 },
          { name: "a", runCount: 1 },
        ]);
        assertEquals(await store.tags({ first: 1 }), [{ name: "baseline", runCount: 2 }]);
      });
    });

    it("has filled in what runs are found by, where the version before wrote the database", async () => {
      await renew((database) => database.writeOld());
      const orderBy = (field: RunOrder["field"]) => ({
        order: { field, direction: "ASC" } as const,
      });
      assertEquals(await namesOf(), ["Old 2", "Old 1", "Old 0"]);
      assertEquals(await namesOf({ ...orderBy("TEST_LOSS"), minTestAcc: 0.1 }), ["Old 2", "Old 1"]);
      assertEquals(await namesOf({ search: "OLD basic_cnn" }), ["Old 2", "Old 1", "Old 0"]);
      assertEquals(await namesOf(orderBy("NAME")), ["Old 0", "Old 1", "Old 2"]);
      const run = present((await store.list({ first: 1 })).runs[0]);
      const { snapshot } = present(await store.describe(run.id, { name: "new", tags: ["t"] }));
      assertEquals([snapshot.tags, snapshot.lastEpoch?.number], [["t"], 3]);
      assertEquals(await namesOf({ tag: "t" }), ["new"]);
    });
  });
}
