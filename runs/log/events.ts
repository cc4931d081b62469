/** The registry of event types: the only list of them. */
import type { EventDefinition } from "./event_definition.ts";
import { checkpoint } from "./events/checkpoints/checkpoint.ts";
import { checkpointNamed } from "./events/checkpoints/checkpoint_named.ts";
import { checkpointRemoved } from "./events/checkpoints/checkpoint_removed.ts";
import { noted } from "./events/description/noted.ts";
import { renamed } from "./events/description/renamed.ts";
import { tagged } from "./events/description/tagged.ts";
import { cancelRequested } from "./events/lifecycle/cancel_requested.ts";
import { cancelled } from "./events/lifecycle/cancelled.ts";
import { claimed } from "./events/lifecycle/claimed.ts";
import { completed } from "./events/lifecycle/completed.ts";
import { failed } from "./events/lifecycle/failed.ts";
import { interrupted } from "./events/lifecycle/interrupted.ts";
import { pauseRequested } from "./events/lifecycle/pause_requested.ts";
import { paused } from "./events/lifecycle/paused.ts";
import { queued } from "./events/lifecycle/queued.ts";
import { resumeRequested } from "./events/lifecycle/resume_requested.ts";
import { batches } from "./events/training/batches.ts";
import { epoch } from "./events/training/epoch.ts";
import { log } from "./events/training/log.ts";
import { started } from "./events/training/started.ts";
import { system } from "./events/training/system.ts";

/** The definition of every event type. */
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
};

// Every event must be registered under its own type.
EVENTS satisfies { readonly [Type in keyof typeof EVENTS]: EventDefinition<{ type: Type }> };
