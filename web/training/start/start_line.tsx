/** The first line of the form: the network and the dataset. */
import type { ChosenDataset } from "./dataset/chosen_dataset.ts";
import { DatasetSelect } from "./dataset/dataset_select.tsx";
import { fittingNetwork, isRecipe, NetworkSelect } from "./network/network_select.tsx";
import type { useNetwork } from "./network/use_network.ts";

interface StartLineProps {
  readonly network: Pick<ReturnType<typeof useNetwork>, "choice" | "choose">;
  readonly dataset: ChosenDataset;
  /** The problem with the dataset. */
  readonly error: string | undefined;
  onDataset(dataset: ChosenDataset): void;
  /** Shows the settings. */
  unfold(): void;
}

/** The fields of the network and the dataset, in one line. */
export function StartLine(
  { network, dataset, error, onDataset, unfold }: StartLineProps,
) {
  const choose = (choice: string) => {
    network.choose(choice);
    if (!isRecipe(choice)) unfold();
  };
  return (
    <div className="start-line">
      <NetworkSelect chosen={network.choice} onChoose={choose} />
      <DatasetSelect
        chosen={dataset}
        error={error}
        onChoose={(next) => {
          onDataset(next);
          const fitting = fittingNetwork(network.choice, next);
          if (fitting !== undefined) choose(fitting);
        }}
      />
    </div>
  );
}
