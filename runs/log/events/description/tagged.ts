/** Event tagged: a client changed the run's tags. */
import type { EventDefinition } from "../../event_definition.ts";
import { RUN_STATES } from "../../state.ts";

export interface TaggedEvent {
  readonly type: "tagged";
  /** All tags after the change. */
  readonly tags: readonly string[];
}

export const tagged: EventDefinition<TaggedEvent> = {
  allowedIn: RUN_STATES,
  apply: (_snapshot, { tags }) => ({ tags }),
  text: ({ tags }) => tags.length === 0 ? "Tags taken off." : `Tagged ${tags.join(", ")}.`,
  isChange: true,
};
