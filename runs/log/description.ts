/**
 * Descriptions of runs: name, tags and note. Any run can be described at any time. The API and the
 * command line share these rules.
 */
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import type { Run } from "./run.ts";
import type { RunEventBody } from "./event.ts";

/** Limits of descriptions from clients. Lengths are in user-perceived characters. */
export const DESCRIPTION_LIMITS = { name: 100, tag: 50, tags: 20, note: 5_000 } as const;

/** Maximum length of an idempotency key, in characters. */
export const MAX_KEY_LENGTH = 255;

/** Reports whether a text is a single printable line that every database can store. */
export function isLine(text: string, longest: number): boolean {
  return text.trim() !== "" && [...text].length <= longest && /^[^\p{Cc}\p{Cs}]*$/u.test(text);
}

/** Returns the default name of a run. */
export function defaultName(
  { recipe, network, seed }: Pick<TrainingSpec, "recipe" | "network" | "seed">,
): string {
  return `${recipe ?? network.name}, seed ${seed}`;
}

/** Changes of a description. Absent fields stay as they are. */
export interface Description {
  readonly name?: string | undefined;
  /** All tags, in order. */
  readonly tags?: readonly string[] | undefined;
  /** Null for none. */
  readonly note?: string | null | undefined;
}

/** Returns the events that change a run's description; none if nothing changes. */
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
