/** Compares training specs by value. */
import { isDeepStrictEqual } from "node:util";
import type { TrainingSpec } from "./spec.ts";

/** The names of the fields in which two specs differ, without those that may. */
export function differingFields(
  one: TrainingSpec,
  other: TrainingSpec,
  except: readonly (keyof TrainingSpec)[] = [],
): readonly (keyof TrainingSpec)[] {
  return (Object.keys(one) as (keyof TrainingSpec)[]).filter((field) =>
    !except.includes(field) && !isDeepStrictEqual(one[field], other[field])
  );
}
