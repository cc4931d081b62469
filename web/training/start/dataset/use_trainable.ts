/** The datasets that can be trained on. */
import { useMemo } from "react";
import { describeDataset, trainableDatasets } from "../../../../data/catalog.ts";
import type { DataOf } from "../../../api/operation.ts";
import { useAnswer } from "../../../api/use_answer.ts";
import { TRAINABLE_DATASETS_QUERY } from "../../operations.ts";
import type { ChosenDataset } from "./chosen_dataset.ts";

const NO_VARIABLES = {};

/**
 * Lists the datasets that can be trained on: those that everybody has, and once they are read, the imported ones.
 *
 * @param version reads them again when it changes
 */
export function useTrainable(
  version: number,
): { readonly datasets: readonly ChosenDataset[]; readonly loaded: boolean } {
  const { data } = useAnswer(TRAINABLE_DATASETS_QUERY, NO_VARIABLES, version);
  const datasets = useMemo(() => {
    const imported = (data?.datasets ?? []).filter(({ state, version }) =>
      state === "READY" && version !== ""
    );
    return [...trainableDatasets.map(describeDataset), ...imported.map(toShape)];
  }, [data]);
  return { datasets, loaded: data !== undefined };
}

function toShape(
  { name, version, trainSize, testSize, classes, imageShape, mean, std }: DataOf<
    typeof TRAINABLE_DATASETS_QUERY
  >["datasets"][number],
): ChosenDataset {
  const [channels = 1, height = 1, width = 1] = imageShape;
  return {
    ...{ name, trainSize, testSize, classes, mean, std },
    reference: `${name}@${version}`,
    kind: height === 1 && width === 1 ? "features" : "images",
    imageShape: [height, width, channels],
  };
}
