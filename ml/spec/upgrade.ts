/**
 * Reads specs of every version that was ever stored: in databases, in checkpoints and in the orders of trainers. A
 * version is read by one function, which turns it into the current one.
 */
import { type Loss, LOSSES, type LossKind } from "../losses/losses.ts";
import { type Layer, LAYERS } from "../network/layers.ts";
import type { Network } from "../network/network.ts";
import { type Optimizer, OPTIMIZERS } from "../optimizers/optimizers.ts";
import type { Kinds } from "../options/kinds.ts";
import { defaultsOf, type Tagged } from "../options/option.ts";
import { type Recipe, RECIPES } from "./recipes.ts";
import { type Device, SPEC_VERSION, type TrainingSpec } from "./spec.ts";

/** A spec of version 1, which named no version: its recipe alone named the network and the optimizer. */
interface SpecV1 {
  readonly recipe: Recipe;
  readonly dataset: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly device: Device;
  readonly trainSamples: number;
  readonly testSamples: number;
}

/** Thrown for a stored spec that this version cannot read. */
export class UnsupportedSpecError extends Error {
  override readonly name = "UnsupportedSpecError";
}

/**
 * Turns a stored spec of any version into the current one. Its values are not checked.
 *
 * @throws {UnsupportedSpecError} if a newer version of epochql has written it; its message completes 'Cannot read …: '
 */
export function upgradeSpec(stored: object): TrainingSpec {
  const { version } = stored as { readonly version?: unknown };
  switch (version) {
    case undefined:
      return upgradeV1(stored as SpecV1);
    case 2:
      return upgradeV2(stored as SpecV2);
    case 3:
      return { ...(stored as SpecV3), ...LATER, augmentation: [], startFrom: null };
    case 4:
      return { ...(stored as SpecV4), ...LATER, startFrom: null };
    case 5:
      return { ...(stored as SpecV5), ...LATER };
    case SPEC_VERSION:
      return stored as TrainingSpec;
    default:
      throw new UnsupportedSpecError(
        `the version of its spec must be ${SPEC_VERSION} or older, got ${
          JSON.stringify(version)
        }. ` +
          "Use the version of epochql that wrote it.",
      );
  }
}

// The recipes that version 1 knew must keep their networks and settings: specs of version 1 mean these.
function upgradeV1({ recipe, ...settings }: SpecV1): TrainingSpec {
  if (!Object.hasOwn(RECIPES, recipe)) {
    throw new UnsupportedSpecError(
      `its recipe must be one of ${Object.keys(RECIPES).join(", ")}, got ${
        JSON.stringify(recipe)
      }.`,
    );
  }
  const { network, loss, optimizer } = RECIPES[recipe];
  return { ...LATER, recipe, network, loss, optimizer, ...PLAIN, ...settings };
}

/** A spec of version 5: without an engine. */
type SpecV5 = Omit<TrainingSpec, "version" | "engine">;

/** A spec of version 4: without weights to begin with. */
type SpecV4 = Omit<SpecV5, "startFrom">;

/** A spec of version 3: without augmentation. */
type SpecV3 = Omit<SpecV4, "augmentation">;

/** The fields that came with version 6. */
const LATER = { version: SPEC_VERSION, engine: "AUTO" } as const;

/** The parts that came with versions 3 to 5, as trainings of older versions had them. */
const PLAIN = {
  schedule: null,
  warmup: null,
  gradientClipNorm: null,
  validationShare: 0,
  earlyStopping: null,
  augmentation: [],
  startFrom: null,
} as const;

/** A spec of version 2: a list of layers without options, and one value for the normalisation of all channels. */
interface SpecV2 extends SpecV1 {
  readonly network: {
    readonly name: string;
    readonly inputShape: Network["inputShape"];
    readonly normalization: { readonly mean: number; readonly std: number };
    readonly layers: readonly PartV2[];
    readonly loss: LossKind;
  };
  readonly optimizer: PartV2;
}

/** A layer or an optimizer of version 2. */
interface PartV2 extends Tagged {
  readonly [option: string]: unknown;
}

function upgradeV2({ network, optimizer, version: _version, ...settings }: SpecV2 & {
  readonly version?: unknown;
}): TrainingSpec {
  const { name, inputShape, normalization, layers, loss } = network;
  return {
    ...settings,
    ...LATER,
    network: {
      name,
      inputShape,
      normalization: { mean: [normalization.mean], std: [normalization.std] },
      // Layers and optimizers of version 2 are those of now, with fewer options.
      layers: layers.map((layer) => complete(LAYERS, layer) as Layer),
    },
    loss: complete(LOSSES, { kind: loss }) as Loss,
    optimizer: complete(OPTIMIZERS, optimizer) as Optimizer,
    ...PLAIN,
  };
}

/** The names of options in version 2 that have changed. */
const RENAMED: Readonly<Record<string, string>> = { size: "kernelSize", rate: "p", epsilon: "eps" };

/** Gives a layer or an optimizer of version 2 the names and the options that have come since. */
function complete(kinds: Kinds, { kind, ...values }: PartV2): Tagged {
  const renamed = Object.entries(values).map(([option, value]) => {
    const name = RENAMED[option] ?? option;
    return [name, name === "kernelSize" ? [value, value] : value];
  });
  const options = kinds[kind]?.options ?? {};
  return { kind, ...defaultsOf(options), ...Object.fromEntries(renamed) };
}
