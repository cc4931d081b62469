/** Event interrupted: the run's worker was stopped or died; another worker will continue the run. */
import type { EventDefinition } from "../../event_definition.ts";

export interface InterruptedEvent {
  readonly type: "interrupted";
  readonly reason: string;
  /** True if the training process crashed, which a run survives only a few times. */
  readonly crashed: boolean;
}

export const interrupted: EventDefinition<InterruptedEvent> = {
  allowedIn: ["RUNNING"],
  apply: ({ crashes }, { crashed }) => ({
    state: "INTERRUPTED",
    crashes: crashes + (crashed ? 1 : 0),
  }),
  text: ({ reason }) => `Interrupted: ${reason}`,
  level: () => "warning",
};
