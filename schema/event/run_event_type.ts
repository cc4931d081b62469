/** enum RunEventType */
import type { RunEventType as Type } from "../../runs/log/event.ts";
import { builder } from "../base/builder.ts";
import { RUN_EVENT_NAMES } from "./run_event.ts";

/** 'CHECKPOINT_NAMED', as GraphQL writes such things. */
const values = Object.fromEntries(
  (Object.entries(RUN_EVENT_NAMES) as [Type, string][]).map(([value, name]) => [
    value.replace(/[A-Z]/g, "_$&").toUpperCase(),
    { value, description: `The type \`${name}\`.` },
  ]),
);

export const RunEventType = builder.enumType("RunEventType", {
  description: "Type of an event.",
  values,
});
