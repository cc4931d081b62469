/** Hands a new page of a log to all readers who wait for it, a slice of them in each turn of the event loop. */
import { setImmediate } from "node:timers/promises";
import type { LiveReader, Outcome } from "../../lib/streams/live_reader.ts";
import type { LogPage } from "./log_page.ts";

/** A reader that may wait at the end of a log. */
export interface WaitingReader {
  /**
   * Receives the next page, which may begin before the reader's position. Afterwards it does not wait any more.
   *
   * @returns the number of items that it has selected of the page
   */
  receive(page: LogPage): number;
  fail(error: unknown): void;
  /** Reader that may take what another one has made of the page; undefined if there is none. */
  readonly live: LiveReader | undefined;
}

/**
 * A reader at its place. One that received a page usually waits again at once, so that it keeps its place until then.
 */
export interface Place {
  readonly reader: WaitingReader;
  /** Key of the live reader. */
  readonly key: string | undefined;
  readonly take: LiveReader["take"] | undefined;
  isWaiting: boolean;
  /** True if the reader is where the page begins, and not further: only then does it need all of it. */
  isLevel: boolean;
}

/** Outcome of the page, for readers of the same key. */
interface Known {
  readonly outcome: Outcome;
  readonly first: Place;
  /** Number of readers in the slice who have taken it. */
  others: number;
}

const NOTHING: Outcome = { items: 0, piece: new Uint8Array() };

/**
 * Number of readers in a slice. What is sent is written at the end of a turn: in one turn, a thousand clients would get
 * nothing until all of it is handed out, and other requests would wait as long.
 */
export const SLICE = 50;

/**
 * Hands out a page to those who wait now. Of readers with the same key the first one reads it, and those who can take
 * what it made of it.
 */
export async function handOut(page: LogPage, places: Set<Place>): Promise<void> {
  const outcomes = new Map<string, Known>();
  // Who begins to wait meanwhile waits for what comes after the page.
  const all = [...places];
  for (let start = 0; start < all.length; start += SLICE) {
    if (start > 0) await setImmediate();
    for (const place of all.slice(start, start + SLICE)) {
      if (place.isWaiting && !takeKnown(place, outcomes)) read(page, place, outcomes);
      if (!place.isWaiting) places.delete(place);
    }
    countOthers(outcomes);
  }
}

function countOthers(outcomes: ReadonlyMap<string, Known>): void {
  for (const known of outcomes.values()) {
    const { outcome, first, others } = known;
    if (others === 0) continue;
    for (const call of first.reader.live?.onTaken ?? []) call(outcome.items, others);
    known.others = 0;
  }
}

function takeKnown(
  { key, take, isLevel }: Place,
  outcomes: ReadonlyMap<string, Known>,
): boolean {
  const known = key === undefined || !isLevel ? undefined : outcomes.get(key);
  if (!known || !take) return false;
  if (known.outcome !== NOTHING && !take(known.outcome)) return false;
  known.others++;
  return true;
}

function read(page: LogPage, place: Place, outcomes: Map<string, Known>): void {
  const { reader, key, isLevel } = place;
  const { live } = reader;
  let noted: Outcome | undefined;
  if (live) live.note = (outcome) => noted = outcome;
  place.isWaiting = false;
  try {
    const items = reader.receive(page);
    const outcome = items === 0 ? NOTHING : noted;
    // A reader that had more than the page, or has not sent all of it, made something of its own.
    if (key === undefined || !isLevel || !place.isWaiting || outcome?.items !== items) return;
    outcomes.set(key, { outcome, first: place, others: 0 });
  } catch (error) {
    reader.fail(error);
  } finally {
    if (live) live.note = undefined;
  }
}
