/** The argument `dataset`, the name of a dataset of the catalog. */
import { z } from "zod";
import { datasetNames } from "../../data/catalog.ts";

/**
 * Makes the rule for an argument that names a dataset.
 *
 * @param purpose completes 'Cannot …'
 */
export function datasetName(purpose: string) {
  return z.string().refine((name) => datasetNames.some((known) => known === name), {
    error: ({ input }) =>
      `Cannot ${purpose}: dataset must be ${datasetNames.join(" or ")}, got '${input}'.`,
  });
}
