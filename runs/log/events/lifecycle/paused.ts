/** Event paused: the run waits until a client resumes it. */
import type { EventDefinition } from "../../event_definition.ts";

export interface PausedEvent {
  readonly type: "paused";
  /** The problem that paused it or prevented a checkpoint; null for an ordinary pause. */
  readonly reason: string | null;
}

export const paused: EventDefinition<PausedEvent> = {
  allowedIn: ["PAUSING"],
  apply: () => ({ state: "PAUSED" }),
  text: ({ reason }) => `${reason ?? ""} The run is paused.`.trimStart(),
  level: ({ reason }) => reason === null ? "info" : "warning",
};
