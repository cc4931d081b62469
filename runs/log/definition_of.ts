/** Looks up the definitions of events in the registry. */
import type { RunEventBody, RunEventType } from "./event.ts";
import type { EventDefinition } from "./event_definition.ts";
import { EVENTS } from "./events.ts";

/** Returns the definition of an event type. It takes events of that type alone. */
export function definitionOf(type: RunEventType): EventDefinition<RunEventBody> {
  return EVENTS[type];
}
