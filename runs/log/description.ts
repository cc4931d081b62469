/**
 * What people say of a run: its name, its tags and a note. Any run can be told so at any time, and again. Here are the
 * rules for it, which the API and the command line share.
 */
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import type { Run } from "./run.ts";
import type { RunEventBody } from "./event.ts";

/** What these may hold, for all who take them from people. Lengths are in characters, as people count them. */
export const DESCRIPTION_LIMITS = { name: 100, tag: 50, tags: 20, note: 5_000 } as const;

/** How long a key that stands for a start of a run may be, in characters. */
export const MAX_KEY_LENGTH = 255;

/** Whether a text is a line that people can read and every database can hold. */
export function isLine(text: string, longest: number): boolean {
  return text.trim() !== "" && [...text].length <= longest && /^[^\p{Cc}\p{Cs}]*$/u.test(text);
}

/** What a run is called for which nobody has a name. */
export function defaultName({ recipe, seed }: Pick<TrainingSpec, "recipe" | "seed">): string {
  return `${recipe}, seed ${seed}`;
}

/** What is to be said of a run. What is absent stays as it is. */
export interface Description {
  readonly name?: string;
  /** All of its tags, in their order. */
  readonly tags?: readonly string[];
  /** Null for none. */
  readonly note?: string | null;
}

/** The events that make a run's description another. None if all is said already. */
export function descriptionEvents(
  { name, snapshot }: Run,
  description: Description,
): readonly RunEventBody[] {
  const events: RunEventBody[] = [];
  if (description.name !== undefined && description.name !== name) {
    events.push({ type: "renamed", name: description.name });
  }
  if (description.tags !== undefined) {
    const tags = [...new Set(description.tags)];
    if (JSON.stringify(tags) !== JSON.stringify(snapshot.tags)) {
      events.push({ type: "tagged", tags });
    }
  }
  if (description.note !== undefined && description.note !== snapshot.note) {
    events.push({ type: "noted", note: description.note });
  }
  return events;
}
