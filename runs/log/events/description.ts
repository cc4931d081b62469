/** Events by which people describe a run: its name, tags and note. */
import type { EventDefinition } from "../event_definition.ts";
import { RUN_STATES } from "../state.ts";

export const renamed: EventDefinition<"renamed"> = {
  allowedIn: RUN_STATES,
  apply: (_snapshot, { name }) => ({ name }),
};

export const tagged: EventDefinition<"tagged"> = {
  allowedIn: RUN_STATES,
  apply: (_snapshot, { tags }) => ({ tags }),
};

export const noted: EventDefinition<"noted"> = {
  allowedIn: RUN_STATES,
  apply: (_snapshot, { note }) => ({ note }),
};
