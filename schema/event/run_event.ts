/** interface RunEvent: what its types refer to. run_event_types.ts lists them and defines its fields. */
import type { RunEvent as Event } from "../../runs/log/event.ts";
import { builder } from "../base/builder.ts";

export const RunEvent = builder.interfaceRef<Event>("RunEvent");
