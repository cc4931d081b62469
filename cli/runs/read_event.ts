/** Reads events as the API sends them. */
import type { RunEvent } from "../../runs/log/event.ts";
import { PROGRESS_TYPES } from "../terminal/progress.ts";
import type { ReportedEvent } from "../terminal/report.ts";
import type { EventItem } from "./operations.ts";

/** Reads one event. Types that only a newer server knows are reported by their text. */
export function readEvent(item: EventItem): ReportedEvent {
  const { __typename, text, level } = item;
  const type = typeOf(__typename);
  const isProgress = PROGRESS_TYPES.some((name) => name === type);
  return {
    type,
    text,
    level: lowerCase(level),
    // Of these, the operation selects every field, under the log's own name.
    event: isProgress ? { ...item, type } as RunEvent : undefined,
  };
}

/** Returns the log's name of a type: 'checkpointNamed' of 'CheckpointNamedEvent'. */
function typeOf(typename: string): string {
  return typename.charAt(0).toLowerCase() + typename.slice(1).replace(/Event$/, "");
}

function lowerCase<Text extends string>(text: Text): Lowercase<Text> {
  return text.toLowerCase() as Lowercase<Text>;
}
