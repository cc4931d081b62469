/** Event renamed: a client gave the run another name. */
import type { EventDefinition } from "../../event_definition.ts";
import { RUN_STATES } from "../../state.ts";

export interface RenamedEvent {
  readonly type: "renamed";
  readonly name: string;
}

export const renamed: EventDefinition<RenamedEvent> = {
  allowedIn: RUN_STATES,
  apply: (_snapshot, { name }) => ({ name }),
  text: ({ name }) => `Renamed to '${name}'.`,
  isChange: true,
};
