/** The samples that the native engine reads. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { graphsOf, layOutState } from "../../../../ml/engines/native/program.ts";
import { RECIPES } from "../../../../ml/spec/recipes.ts";
import { noise } from "../../support/datasets.ts";

describe("the native engine's tables", () => {
  const sets = { train: noise("train", 40), test: noise("test", 20) };
  const plan = { ...RECIPES.BASIC_CNN, seed: 4, ...sets };
  const graphs = graphsOf(plan, layOutState(plan));

  it("are the datasets' own images, which are not copied", () => {
    const [train, , test] = graphs.tables;
    assert(train?.data === sets.train.images && test?.data === sets.test.images);
    assertEquals([train.rows, train.rowSize], [40, 28 * 28]);
  });

  it("are read as far as a network sees their images", () => {
    const { calls } = graphs.step(8).calls;
    const gather = calls.find(({ kernel, ints: [table] }) => kernel === "gather" && table === 0);
    assertEquals(gather?.ints, [0, 26, 26, 28]);
  });
});
