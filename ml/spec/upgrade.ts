/**
 * Reads specs of every version that was ever stored: in databases, in checkpoints and in the orders of trainers. A
 * version is read by one function, which turns it into the current one.
 */
import { PRESETS, type Recipe } from "./presets.ts";
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

// The presets that version 1 knew must keep their networks and optimizers: specs of version 1 mean these.
function upgradeV1({ recipe, ...settings }: SpecV1): TrainingSpec {
  if (!Object.hasOwn(PRESETS, recipe)) {
    throw new UnsupportedSpecError(
      `its recipe must be one of ${Object.keys(PRESETS).join(", ")}, got ${
        JSON.stringify(recipe)
      }.`,
    );
  }
  const { network, optimizer } = PRESETS[recipe];
  return { version: SPEC_VERSION, recipe, network, optimizer, ...settings };
}
