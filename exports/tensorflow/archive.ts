/** Archives of models: the files of a format with the classes, the preprocessing, and programs that open them. */
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { inputOf } from "../input.ts";
import type { TrainedModel } from "../model.ts";
import { describePreprocessing } from "../preprocessing.ts";

/** A file of an archive. */
export interface ArchivedFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** Weights do not get smaller; no threads; and the same model gives the same bytes. */
const ZIP_OPTIONS = {
  level: 0,
  useWebWorkers: false,
  extendedTimestamp: false,
  lastModDate: new Date(1980, 0, 1),
} as const;

/**
 * Packs the files of a model.
 *
 * @param examples programs that open them, in Markdown
 */
export async function zipModel(
  model: TrainedModel,
  files: readonly ArchivedFile[],
  examples: string,
): Promise<readonly Uint8Array[]> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), ZIP_OPTIONS);
  const text = (name: string, content: string) => ({
    name,
    content: new TextEncoder().encode(content),
  });
  const described = [
    text("labels.json", JSON.stringify(model.classes, null, 2)),
    text("preprocessing.json", JSON.stringify(describePreprocessing(model), null, 2)),
    text("README.md", `${describeModel(model)}\n${examples}`),
  ];
  for (const { name, content } of [...files, ...described]) {
    await zip.add(name, new Uint8ArrayReader(content));
  }
  return [await zip.close()];
}

function describeModel({ network, run, epoch, dataset, classes }: TrainedModel): string {
  const { name, shape } = inputOf(network);
  const values = name === "images"
    ? "of values 0 to 1, as torchvision's `ToTensor` gives them"
    : "as the columns of the table have them";
  return `# ${network.name}, trained on ${
    dataset.split("@")[0]
  } until epoch ${epoch} of the run ${run.id}

Input: \`${name}\`, float32 [batch, ${shape.join(", ")}] ${values}; the normalisation is inside.
Outputs: \`logits\` and \`probabilities\`, float32 [batch, ${classes.length}]. \`labels.json\` names the
classes; \`preprocessing.json\` says how other images become the input.
`;
}
