/**
 * Reads specs of every version that was ever stored: in databases, in checkpoints and in the orders of trainers. A
 * version is read by one function, which turns it into the current one.
 */
import { PRESETS } from "./presets.ts";
import { SPEC_VERSION, type TrainingSpec } from "./spec.ts";

/** A spec without a version, as versions before 2 stored it: the recipe alone named the network and the optimizer. */
export type SpecV1 = Omit<TrainingSpec, "version" | "network" | "optimizer">;

/** Thrown for a stored spec that this version cannot read. */
export class UnsupportedSpecError extends Error {
  override readonly name = "UnsupportedSpecError";
}

/**
 * Turns a stored spec of any version into the current one. Values are trusted, not checked.
 *
 * @throws {UnsupportedSpecError} if a newer version of epochql has written it
 */
export function upgradeSpec(stored: unknown): TrainingSpec {
  const { version } = stored as { readonly version?: unknown };
  switch (version) {
    case undefined:
      return upgradeV1(stored as SpecV1);
    case SPEC_VERSION:
      return stored as TrainingSpec;
    default:
      throw new UnsupportedSpecError(
        `Cannot read the training spec: its version must be ${SPEC_VERSION} or older, got ` +
          `${JSON.stringify(version)}. Use the version of epochql that wrote it.`,
      );
  }
}

// The presets that version 1 knew must keep their networks and optimizers: specs of version 1 mean these.
function upgradeV1({ recipe, ...settings }: SpecV1): TrainingSpec {
  if (!Object.hasOwn(PRESETS, recipe)) {
    throw new UnsupportedSpecError(
      `Cannot read the training spec: its recipe must be one of ${
        Object.keys(PRESETS).join(", ")
      }, ` +
        `got ${JSON.stringify(recipe)}.`,
    );
  }
  const { network, optimizer } = PRESETS[recipe];
  return { version: SPEC_VERSION, recipe, network, optimizer, ...settings };
}
