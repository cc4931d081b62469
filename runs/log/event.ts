/**
 * Events of runs, as types that follow from the registry (events.ts). A run is the list of its events; its state is
 * a fold over them (fold.ts). Bodies are stored as they are; the store assigns seq, runId and at.
 */
import type { EventDefinition, LogPosition } from "./event_definition.ts";
import type { EVENTS } from "./events.ts";

/** The types of events. */
export type RunEventType = keyof typeof EVENTS;

type BodyOf<Type extends RunEventType> = (typeof EVENTS)[Type] extends EventDefinition<infer Body>
  ? Body
  : never;

/** The body of an event, by type. */
export type RunEventBody = { readonly [Type in RunEventType]: BodyOf<Type> }[RunEventType];

/** An event as the log holds it. */
export type RunEvent<Type extends RunEventType = RunEventType> =
  & LogPosition
  & Extract<RunEventBody, { readonly type: Type }>;
