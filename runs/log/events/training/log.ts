/** Event log: a message that people should be able to read later. */
import type { EventDefinition, LogLevel } from "../../event_definition.ts";
import { RUN_STATES } from "../../state.ts";

export interface LogEvent {
  readonly type: "log";
  readonly level: LogLevel;
  readonly message: string;
}

export const log: EventDefinition<LogEvent> = {
  allowedIn: RUN_STATES,
  apply: () => ({}),
  text: ({ message }) => message,
  level: ({ level }) => level,
};
