/** type StartedFrom */
import type { StartFrom } from "../../ml/spec/start_from.ts";
import { builder } from "../base/builder.ts";
import { globalId } from "../base/global_id.ts";
import { Run } from "./run.ts";

const StartedFrom = builder.objectRef<StartFrom>("StartedFrom").implement({
  description: "Origin of a run's first weights: a checkpoint of a run, or a file.",
  fields: (t) => ({
    runId: t.id({
      nullable: true,
      description: "Run of the checkpoint, which may be deleted; null for a file.",
      resolve: (from) => from.kind === "checkpoint" ? globalId("Run", from.runId) : null,
    }),
    epoch: t.int({
      nullable: true,
      description: "Epoch of the checkpoint; 0 for the weights that its run began with.",
      resolve: (from) => from.kind === "checkpoint" ? from.epoch : null,
    }),
    step: t.int({
      nullable: true,
      description: "Step of the checkpoint; null for a file.",
      resolve: (from) => from.kind === "checkpoint" ? from.step : null,
    }),
    fileName: t.string({
      nullable: true,
      description: "Name of the uploaded file; null for a checkpoint.",
      resolve: (from) => from.kind === "file" ? from.fileName : null,
    }),
    sha256: t.exposeString("sha256", {
      description: "SHA-256 of the weights' file, in hexadecimal.",
    }),
  }),
});

builder.objectField(Run, "startedFrom", (t) =>
  t.field({
    type: StartedFrom,
    nullable: true,
    description: "Origin of its first weights; null if they were random.",
    resolve: ({ spec }) => spec.startFrom,
  }));
