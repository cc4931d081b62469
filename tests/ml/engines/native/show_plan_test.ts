/** The native engine's plan as text. */
import { assert, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { graphsOf, layOutState } from "../../../../ml/engines/native/program.ts";
import { renderPlan } from "../../../../ml/engines/native/show_plan.ts";
import { layers } from "../../../../ml/network/parse.ts";
import { PRESETS } from "../../../../ml/network/presets.ts";
import { RECIPES } from "../../../../ml/spec/recipes.ts";
import { noise } from "../../support/datasets.ts";

describe("renderPlan()", () => {
  const sets = { train: noise("train", 300), test: noise("test", 40) };
  const plan = { ...RECIPES.BASIC_CNN, seed: 4, ...sets };
  const text = renderPlan(graphsOf(plan, layOutState(plan)).step(32));
  const lines = text.split("\n");

  it("counts calls, phases and samples, and adds up the memory", () => {
    const calls = lines.filter((line) => line.startsWith("  ")).length;
    const phases = lines.filter((line) => line.startsWith("Phase ")).length;
    assertMatch(
      text,
      new RegExp(`^${calls} calls in ${phases} phases, on 32 samples in 8 parts\\n`),
    );
    assertMatch(lines[1] ?? "", /^Memory: \d\S* [kM]B shared, \d\S* [kM]B for each thread, /);
  });

  it("has a line for each call: its kernel, what it writes and what it reads", () => {
    const first = lines.find((line) => /^ {2}conv2d /.test(line)) ?? "";
    assertMatch(first, / conv2d\[32,24,24,32\] l <- .*conv1\.weight\[3,3,1,32\] v/);
    for (const { name } of layOutState(plan).variables) assert(text.includes(`${name}[`), name);
  });

  it("has the update of a large weight behind its gradient, of which a thread holds a piece", () => {
    const at = lines.findIndex((line) => /^ {2}matMul +matMul\[1600,64\] l <- /.test(line));
    assertMatch(lines[at + 1] ?? "", /^ {2}gradientDescent +fc1\.weight\S+ v <- matMul\S+ l, /);
  });

  it("multiplies a large weight by groups of the rows that a thread changes, and as a whole where none does", () => {
    const network = { ...plan.network, layers: layers(PRESETS.MLP.layers) };
    const linear = { ...plan, network };
    const graphs = graphsOf(linear, layOutState(linear));
    assertMatch(
      renderPlan(graphs.step(32)),
      /^ {2}matMulColumns +matMul\[2,32,512\] s <- \S+ s, fc1\.weight\[784,512\] v$/m,
    );
    assertMatch(
      renderPlan(graphs.evaluation("test", 32)),
      /^ {2}matMulColumns +matMul\[32,512\] s <- \S+ s, fc1\.weight\[784,512\] v$/m,
    );
  });

  it("normalises a batch again for each phase that reads it, rather than keep it", () => {
    const network = { ...plan.network, layers: layers(PRESETS.MOBILENET_SMALL.layers) };
    const small = { ...plan, network };
    const normalized = renderPlan(graphsOf(small, layOutState(small)).step(8)).split("\n")
      .filter((line) => /^ {2}normalize /.test(line));
    assertMatch(normalized.join("\n"), /^(?: {2}normalize +normalize\S+ l <- .*\n?){25}$/);
  });
});
