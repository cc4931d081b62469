/** Random erasing of rectangles. */
import type { RandomStream } from "../../data/random.ts";
import { multiply, subtract } from "../graph/ops/arithmetic.ts";
import { reshape, slice } from "../graph/ops/data.ts";
import { maximum, minimum } from "../graph/ops/functions.ts";
import { constant } from "../graph/ops/sources.ts";
import { type Shape, sizeAt, type Tensor } from "../graph/tensor.ts";
import { numbers } from "../options/option.ts";
import { defineAugmentation } from "./augmentation.ts";
import { CHANCE_OPTIONS } from "./shared_options.ts";

/** The number of rectangles that are drawn until one fits, as in torchvision. */
const ATTEMPTS = 10;

/** A rectangle: the first row and column, and the numbers of them. */
type Rectangle = readonly [top: number, left: number, height: number, width: number];

const NOTHING: Rectangle = [0, 0, 0, 0];

/**
 * Torchvision's RandomErasing(p, scale, ratio): a rectangle is black. There it is mostly applied after the
 * normalisation, where 0 is the mean; here, as every augmentation, before it.
 */
export const erasing = defineAugmentation({
  kind: "erasing",
  torchName: "RandomErasing",
  description: "Black rectangle of random size at a random place, with a probability.",
  options: {
    ...CHANCE_OPTIONS,
    scale: numbers({
      max: 1,
      length: 2,
      default: [0.02, 0.33],
      description: "smallest and largest share of the image",
    }),
    ratio: numbers({
      min: 0.01,
      max: 100,
      length: 2,
      default: [0.3, 3.3],
      description: "smallest and largest ratio of height to width",
    }),
  },
  conflict({ scale, ratio }) {
    const ranges = { scale, ratio };
    const option = (["scale", "ratio"] as const).find((name) => {
      const [least = 0, most = 0] = ranges[name];
      return least > most;
    });
    return option && { option, rule: "two numbers, the smaller one first" };
  },
  effect: {
    type: "change",
    drawCount: 4,
    readsImage: false,
    draw: ({ p, scale, ratio }, [height, width], random) =>
      random.uniform(0, 1) < p ? drawRectangle([height, width], scale, ratio, random) : NOTHING,
    build(images, draws) {
      const [batch = 1, height = 1, width = 1] = images.shape;
      const rows = within(draws, [0, 2], [batch, height, 1, 1]);
      const columns = within(draws, [1, 3], [batch, 1, width, 1]);
      return multiply(images, subtract(constant(1), multiply(rows, columns)));
    },
  },
});

function drawRectangle(
  [height, width]: readonly [number, number],
  [least = 0, most = 0]: readonly number[],
  [flat = 1, tall = 1]: readonly number[],
  random: RandomStream,
): Rectangle {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const area = height * width * random.uniform(least, most);
    const ratio = Math.exp(random.uniform(Math.log(flat), Math.log(tall)));
    const [rows, columns] = [
      Math.round(Math.sqrt(area * ratio)),
      Math.round(Math.sqrt(area / ratio)),
    ];
    if (rows >= height || columns >= width) continue;
    const top = random.int(0, height - rows);
    return [top, random.int(0, width - columns), rows, columns];
  }
  return NOTHING;
}

/** Builds 1 for the places from `from` on, of which there are `count`, and 0 for the others. All are whole numbers. */
function within(draws: Tensor, [from, count]: readonly [number, number], shape: Shape): Tensor {
  const batch = sizeAt(shape, 0);
  const places = Math.max(...shape.slice(1));
  const value = (at: number) => reshape(slice(draws, [0, at], [batch, 1]), [batch, 1, 1, 1]);
  const positions = constant(Array.from({ length: places }, (_, at) => at), [1, ...shape.slice(1)]);
  const passed = subtract(positions, value(from));
  const above = maximum(minimum(subtract(passed, constant(-1)), constant(1)), constant(0));
  const left = maximum(minimum(subtract(value(count), passed), constant(1)), constant(0));
  return multiply(above, left);
}
