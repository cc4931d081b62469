/** Ten training samples above what the chosen augmentation makes of them, drawn by the server. */
import { useAnswer } from "../../api/use_answer.ts";
import { svgDataUri } from "../../data/svg_data_uri.ts";
import { useTheme } from "../../parts/use_theme.ts";
import { AUGMENTED_SAMPLES_QUERY } from "../operations.ts";
import type { AugmentedInput } from "./augmented_input.ts";

/** The picture of an augmentation, or the reason why there is none. */
export function AugmentedSamples({ augmented }: { readonly augmented: AugmentedInput }) {
  return augmented.ok
    ? <AugmentedPicture input={augmented.input} />
    : <p className="panel-note augmented-problem" role="status">{augmented.problem}</p>;
}

function AugmentedPicture({ input }: Pick<AugmentedInput & { readonly ok: true }, "input">) {
  const theme = useTheme() === "dark" ? "DARK" : "LIGHT";
  const { data, isCurrent, error } = useAnswer(AUGMENTED_SAMPLES_QUERY, { input, theme });
  if (error !== undefined) return <p className="panel-error" role="alert">{error}</p>;
  const svg = data?.checkTraining.augmentedSamples?.svg;
  return (
    <figure
      className="augmented"
      tabIndex={0}
      aria-label="Augmented samples"
      aria-busy={!isCurrent}
    >
      {svg !== undefined && (
        <img src={svgDataUri(svg)} alt="Ten samples above what the augmentation makes of them" />
      )}
    </figure>
  );
}
