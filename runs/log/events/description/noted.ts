/** Event noted: a client wrote the run's note or removed it. */
import type { EventDefinition } from "../../event_definition.ts";
import { RUN_STATES } from "../../state.ts";

export interface NotedEvent {
  readonly type: "noted";
  /** Null if it was removed. */
  readonly note: string | null;
}

export const noted: EventDefinition<NotedEvent> = {
  allowedIn: RUN_STATES,
  apply: (_snapshot, { note }) => ({ note }),
  text: ({ note }) => note === null ? "Note taken off." : "A note was written.",
  isChange: true,
};
