/**
 * Measures how the cost of training and evaluation grows, with both CPU engines in turns: with the samples of a batch,
 * the channels of convolutions, the samples of an evaluation and the threads. Prints a table for each, and draws them.
 *
 *     deno run -A bench/growth/growth.ts [PICTURE.svg]
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { downloadDataset } from "../../data/storage/download.ts";
import { count } from "../../lib/format.ts";
import type { NamedEngine } from "../../ml/spec/engine_choice.ts";
import { runForJson } from "../processes.ts";
import { AXES, AXIS_NAMES, type AxisName } from "./axes.ts";
import { type Growth, growthSvg } from "./growth_svg.ts";

const MEASURE = fileURLToPath(new URL("measure.ts", import.meta.url));

/** Each engine takes as many turns; the least time counts. */
const TURNS = 2;

/** Returns the times of an engine at all sizes of an axis. */
async function measure(
  engine: NamedEngine,
  axis: AxisName,
  folder: string,
): Promise<readonly number[]> {
  const { sizes } = AXES[axis];
  const run = async (some: readonly number[]) => {
    const args = ["run", "-A", "--no-check", MEASURE, engine, axis, folder, ...some.map(String)];
    const { times } = await runForJson(Deno.execPath(), args) as { times: readonly number[] };
    return times;
  };
  if (axis !== "threads") return await run(sizes);
  // TensorFlow's threads are those of its process.
  const times: number[] = [];
  for (const size of sizes) times.push(...await run([size]));
  return times;
}

/** Measures both engines along an axis. */
async function measureGrowth(name: AxisName, folder: string): Promise<Growth> {
  const axis = AXES[name];
  const least: Record<NamedEngine, number[]> = {
    NATIVE: axis.sizes.map(() => Infinity),
    TENSORFLOW: axis.sizes.map(() => Infinity),
  };
  for (let turn = 0; turn < TURNS; turn++) {
    for (const engine of ["NATIVE", "TENSORFLOW"] as const) {
      const times = await measure(engine, name, folder);
      least[engine] = least[engine].map((before, at) => Math.min(before, times[at] ?? Infinity));
    }
  }
  return { axis, native: least.NATIVE, tensorflow: least.TENSORFLOW };
}

/** Returns a table in Markdown. */
function growthTable({ axis, native, tensorflow }: Growth): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    row([axis.label, `native, ${axis.unit}`, "TensorFlow", "ratio"]),
    row(["---:", "---:", "---:", "---:"]),
    ...axis.sizes.map((size, at) => {
      const [ours = NaN, theirs = NaN] = [native[at], tensorflow[at]];
      return row([count(size), digits(ours), digits(theirs), `${(theirs / ours).toFixed(2)} x`]);
    }),
  ].join("\n");
}

/** Formats with three digits that count. */
function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

if (import.meta.main) {
  const [picture] = Deno.args;
  const home = await Deno.makeTempDir({ prefix: "epochql-growth-" });
  try {
    const folder = join(home, "data");
    await downloadDataset("mnist", folder, () => {});
    const grown: Growth[] = [];
    for (const name of AXIS_NAMES) {
      const growth = await measureGrowth(name, folder);
      console.log(`${growthTable(growth)}\n`);
      grown.push(growth);
    }
    if (picture !== undefined) await Deno.writeTextFile(picture, growthSvg(grown));
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}
