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

/** Something to see: a letter, a number, punctuation or a symbol that is not blank, as Braille's empty cell is. */
const VISIBLE = /[[\p{L}\p{N}\p{P}\p{S}]--[\p{Default_Ignorable_Code_Point}\u2800]]/v;

/** Nothing that breaks a line, changes the direction of what follows it, or that a database cannot store. */
const ONE_LINE = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]*$/u;

/** Reports whether a text is a single line with a visible character that every database can store. */
export function isLine(text: string, longest: number): boolean {
  return VISIBLE.test(text) && [...text].length <= longest && ONE_LINE.test(text);
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
  const newName = description.name?.normalize("NFC");
  if (newName !== undefined && newName !== name) events.push({ type: "renamed", name: newName });
  if (description.tags !== undefined) {
    const tags = [...new Set(description.tags.map((tag) => tag.normalize("NFC")))];
    if (JSON.stringify(tags) !== JSON.stringify(snapshot.tags)) {
      events.push({ type: "tagged", tags });
    }
  }
  if (description.note !== undefined && description.note !== snapshot.note) {
    events.push({ type: "noted", note: description.note });
  }
  return events;
}
