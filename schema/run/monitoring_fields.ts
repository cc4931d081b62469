/** Fields of Run about its training: resource usage and log lines. */
import {
  MAX_SYSTEM_POINTS,
  readLastSystem,
  readSystemCurve,
} from "../../runs/reading/system_curve.ts";
import { builder } from "../base/builder.ts";
import { COST, perItem } from "../base/cost.ts";
import { LogEvent } from "../event/types/training/log.ts";
import { SystemEvent } from "../event/types/training/system.ts";
import { LogLevel } from "../event/log_level.ts";
import { readLogLines } from "../event/read_log.ts";
import { intBetween } from "../base/validators.ts";
import { Run } from "./run.ts";

const DEFAULT_POINTS = 200;
const MAX_LAST = 1000;
const DEFAULT_LINES = 100;

builder.objectFields(Run, (t) => ({
  systemMetrics: t.field({
    type: [SystemEvent],
    description:
      "Resource usage of its training, oldest first, downsampled to `maxPoints`: each point is a mean, " +
      "with the `seq` and time of its last measurement. Continue after the last with the subscription " +
      "`runEvents`.",
    complexity: ({ last, maxPoints }) =>
      last ? perItem(last, COST.log) : perItem(maxPoints, COST.curve),
    args: {
      maxPoints: t.arg.int({
        defaultValue: DEFAULT_POINTS,
        description: `Maximum number of points, 1 to ${MAX_SYSTEM_POINTS}.`,
        validate: intBetween("read system metrics", "maxPoints", 1, MAX_SYSTEM_POINTS),
      }),
      last: t.arg.int({
        description:
          `Only the last n measurements, 1 to ${MAX_LAST}, without downsampling. Overrides \`maxPoints\`.`,
        validate: intBetween("read system metrics", "last", 1, MAX_LAST),
      }),
    },
    resolve: (run, { maxPoints, last }, { store }) =>
      typeof last === "number"
        ? readLastSystem(store, run, last)
        : readSystemCurve(store, run, maxPoints ?? DEFAULT_POINTS),
  }),
  logs: t.field({
    type: [LogEvent],
    description:
      "Its last log lines, oldest first. For earlier lines, pass the first one's `seq` as `beforeSeq`; " +
      "for later ones, use the subscription `runEvents`.",
    // What matters more may be far back, behind lines that matter less.
    complexity: ({ last, level }) =>
      perItem(last, (level ?? "info") === "info" ? COST.log : COST.curve),
    args: {
      level: t.arg({
        type: LogLevel,
        defaultValue: "info",
        description: "Minimum severity.",
      }),
      last: t.arg.int({
        defaultValue: DEFAULT_LINES,
        description: `Maximum number of lines, 1 to ${MAX_LAST}.`,
        validate: intBetween("read logs", "last", 1, MAX_LAST),
      }),
      beforeSeq: t.arg.int({
        description: "Only lines before this `seq`.",
        validate: intBetween("read logs", "beforeSeq", 1),
      }),
    },
    resolve: ({ id }, { level, last, beforeSeq }, { store }) =>
      readLogLines(store, id, {
        level: level ?? "info",
        last: last ?? DEFAULT_LINES,
        beforeSeq: beforeSeq ?? undefined,
      }),
  }),
}));
