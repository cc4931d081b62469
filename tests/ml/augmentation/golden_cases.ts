/** The augmentations that tools/golden_augmentation.py has run in torchvision, with the numbers that it was given. */
import type { RandomStream } from "../../../data/random.ts";
import type { Change, ImageShape, Movement } from "../../../ml/augmentation/augmentation.ts";
import type { Augmentation } from "../../../ml/augmentation/augmentations.ts";
import { augment } from "../../../ml/augmentation/build.ts";
import { composeMaps, IDENTITY, type PixelMap } from "../../../ml/augmentation/pixel_map.ts";
import { type Stage, stagesOf } from "../../../ml/augmentation/stages.ts";
import { placeholder } from "../../../ml/graph/ops/sources.ts";
import { parsePart } from "../../../ml/spec/parse_part.ts";
import golden from "../golden/augmentation.json" with { type: "json" };
import { channelsLast, numbers } from "../layers/numbers.ts";

/** The version of torchvision. */
export const TORCHVISION = golden.torchvision;

/** A list of augmentations, what each draws, and torchvision's pixels. */
export interface GoldenCase {
  readonly augmentation: readonly object[];
  readonly drawn: readonly (readonly number[])[];
  /** [channels, height, width] */
  readonly shape: readonly number[];
  readonly salt: number;
  /** 0 to 1, [channels, height, width] */
  readonly pixels: readonly number[];
}

/** The cases. */
export const CASES: readonly GoldenCase[] = golden.cases;

/** Names a case in a test. */
export function caseName({ augmentation, shape }: GoldenCase): string {
  return `${JSON.stringify(augmentation)} of ${shape[0]} channels`;
}

/** The largest value of a pixel. */
const WHITE = 255;

/** Parses augmentations as a request has them. */
export function augmentations(list: unknown): readonly Augmentation[] {
  return parsePart("augmentation", list, []) as readonly Augmentation[];
}

/** A stream that gives the numbers of a list, in order. */
export function prepared(values: readonly number[]): RandomStream {
  const rest = [...values];
  const next = () => rest.shift() ?? NaN;
  return { int: next, uniform: next };
}

/** Returns what a list of augmentations draws from prepared numbers, as the engines are fed with it. */
export function drawFrom(
  list: readonly Augmentation[],
  drawn: readonly (readonly number[])[],
  shape: ImageShape,
): Float32Array {
  const drawStage = (stage: Stage): readonly number[] => {
    const draw = (effect: Change<Augmentation>, at: number, augmentation: Augmentation) =>
      effect.draw(augmentation, shape, prepared(drawn[at] ?? []));
    if (stage.type === "change") return draw(stage.change, stage.position, stage.augmentation);
    const move = (effect: Movement<Augmentation>, at: number, augmentation: Augmentation) =>
      effect.draw(augmentation, shape, prepared(drawn[at] ?? []));
    return stage.movers.reduce(
      (map: PixelMap, { movement, position, augmentation }) =>
        composeMaps(map, move(movement, position, augmentation)),
      IDENTITY,
    );
  };
  return Float32Array.from(stagesOf(list).flatMap(drawStage));
}

/** Builds the graph of a case, with the inputs that it reads. */
export function buildCase({ augmentation, drawn, shape, salt }: GoldenCase) {
  const [channels = 1, height = 1, width = 1] = shape;
  const list = augmentations(augmentation);
  const draws = drawFrom(list, drawn, [height, width, channels]);
  const images = channelsLast(
    numbers([1, ...shape], salt, 1).map((value) => (value + 1) / 2 * WHITE),
    [1, ...shape],
  );
  const sizes = { images: [1, height, width, channels], draws: [1, draws.length] };
  const output = augment(
    list,
    placeholder("images", { shape: sizes.images, dtype: "float32" }),
    placeholder("draws", { shape: sizes.draws, dtype: "float32" }),
  );
  return { output, fed: { images, draws }, sizes };
}

/** Torchvision's pixels, in the engines' order and range. */
export function expectedPixels({ pixels, shape }: GoldenCase): Float32Array {
  return channelsLast(Float32Array.from(pixels, (value) => value * WHITE), [1, ...shape]);
}
