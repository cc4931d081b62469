/** The registry of event types. */
import type { RunEventType } from "./event.ts";
import type { EventDefinition } from "./event_definition.ts";
import { checkpoint, checkpointNamed, checkpointRemoved } from "./events/checkpoints.ts";
import { noted, renamed, tagged } from "./events/description.ts";
import {
  cancelled,
  cancelRequested,
  claimed,
  completed,
  failed,
  interrupted,
  paused,
  pauseRequested,
  queued,
  resumeRequested,
} from "./events/lifecycle.ts";
import { batches, epoch, log, started, system } from "./events/training.ts";

/** The definition of each event type. */
export const EVENTS = {
  queued,
  claimed,
  started,
  batches,
  epoch,
  checkpoint,
  checkpointRemoved,
  checkpointNamed,
  pauseRequested,
  paused,
  resumeRequested,
  cancelRequested,
  cancelled,
  completed,
  failed,
  interrupted,
  renamed,
  tagged,
  noted,
  system,
  log,
} satisfies { readonly [Type in RunEventType]: EventDefinition<Type> };
