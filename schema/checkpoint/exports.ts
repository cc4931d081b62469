/** type Export, enum ExportFormat, and the field of Run that lists the exports of a checkpoint. */
import {
  EXPORT_FORMATS,
  EXPORT_NAMES,
  exportFile,
  type ExportFormat as FormatName,
} from "../../exports/formats.ts";
import { builder } from "../base/builder.ts";
import { globalId } from "../base/global_id.ts";
import { checkpointArgs, chosen, noCheckpoint } from "./checkpoint_choice.ts";
import { Run } from "../run/run.ts";

const PURPOSE = "export the model";

const FORMAT_VALUES = Object.fromEntries(
  EXPORT_NAMES.map((name) => [name, { description: EXPORT_FORMATS[name].description }]),
) as { readonly [Name in FormatName]: { readonly description: string } };

export const ExportFormat = builder.enumType("ExportFormat", {
  description: "File format of an exported model.",
  values: FORMAT_VALUES,
});

/** A file that a model can be downloaded as. */
interface ExportLink {
  readonly format: FormatName;
  readonly url: string;
}

const Export = builder.objectRef<ExportLink>("Export").implement({
  description: "A trained model as a file for other programs.",
  fields: (t) => ({
    format: t.field({
      type: ExportFormat,
      description: "Format of the file.",
      resolve: ({ format }) => format,
    }),
    url: t.exposeString("url", { description: "Path on this server, to GET with the same token." }),
  }),
});

builder.objectFields(Run, (t) => ({
  exports: t.field({
    type: [Export],
    description:
      "Files of the trained model, by default of the newest checkpoint. Empty before the first checkpoint.",
    args: checkpointArgs(PURPOSE),
    resolve: (run, choice) => {
      if (!chosen(PURPOSE, run, choice)) {
        if (run.snapshot.checkpoints.length === 0) return [];
        throw noCheckpoint(PURPOSE, choice);
      }
      const { checkpoint, epoch } = choice;
      const search = new URLSearchParams([
        ...(typeof epoch === "number" ? [["epoch", String(epoch)]] : []),
        ...(typeof checkpoint === "string" ? [["checkpoint", checkpoint]] : []),
      ]);
      const query = search.size === 0 ? "" : `?${search}`;
      const folder = `/runs/${encodeURIComponent(globalId("Run", run.id))}`;
      return EXPORT_NAMES.map((format) => ({
        format,
        url: `${folder}/${exportFile(format)}${query}`,
      }));
    },
  }),
}));
