/** The events of runs that webhooks deliver: the milestones of a training. */
import type { RunEvent, RunEventType } from "./event.ts";

/** Types of the events, in the order of a run's life. */
export const ANNOUNCED_TYPES = [
  "started",
  "epoch",
  "paused",
  "cancelled",
  "failed",
  "completed",
] as const satisfies readonly RunEventType[];

/** A type of event that webhooks deliver. */
export type AnnouncedType = (typeof ANNOUNCED_TYPES)[number];

/** An event that webhooks deliver. */
export type AnnouncedEvent = { readonly [Type in AnnouncedType]: RunEvent<Type> }[AnnouncedType];

/** Returns whether webhooks deliver events of a type. */
export function isAnnounced(type: RunEventType): type is AnnouncedType {
  return (ANNOUNCED_TYPES as readonly RunEventType[]).includes(type);
}
