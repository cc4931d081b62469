/** enum RunEventType */
import type { RunEventType as Type } from "../../runs/log/event.ts";
import { builder } from "../base/builder.ts";
import { RUN_EVENT_TYPES } from "./run_event_types.ts";

/** Every type of event, in the order of the enum. */
export const RUN_EVENT_TYPE_NAMES = Object.keys(RUN_EVENT_TYPES) as readonly Type[];

/** Values are spelled as GraphQL spells them: 'CHECKPOINT_NAMED'. */
const values = Object.fromEntries(
  RUN_EVENT_TYPE_NAMES.map((value) => [
    value.replace(/[A-Z]/g, "_$&").toUpperCase(),
    { value, description: `The type \`${RUN_EVENT_TYPES[value].name}\`.` },
  ]),
);

export const RunEventType = builder.enumType("RunEventType", {
  description: "Type of an event.",
  values,
});
