/** The argument `dataset`, which names one of the catalog's datasets. */
import { z } from "zod";
import { datasetNames } from "../../data/catalog.ts";

/** What is meant where no dataset is named. */
export const DEFAULT_DATASET = "mnist";

/**
 * The rule for an argument that names a dataset.
 *
 * @param purpose completes 'Cannot …'
 */
export function datasetName(purpose: string) {
  return z.string().refine((name) => datasetNames.some((known) => known === name), {
    error: ({ input }) =>
      `Cannot ${purpose}: dataset must be ${datasetNames.join(" or ")}, got '${input}'.`,
  });
}
