/**
 * Readers at the end of a sequence, many of which take the same items: what one of them makes of new items is given to
 * the others as it is. With a thousand readers, reaching the state of each takes most of the time, and this needs
 * little of it.
 */

/** Outcome of new items at a reader. */
export interface Outcome {
  /** Number of items that it was made of. */
  readonly items: number;
  /** Bytes that were sent. */
  readonly piece: Uint8Array<ArrayBuffer>;
}

/** A reader that may take the outcome of another one. */
export interface LiveReader {
  /** Parts of the key that readers of the same items in the same form have in common. */
  readonly key: (string | number)[];
  /** Takes an outcome; returns false if the reader cannot take it now. */
  take(outcome: Outcome): boolean;
  /** Receives the outcomes of this reader while somebody listens. */
  note: ((outcome: Outcome) => void) | undefined;
  /** Functions called when others have taken an outcome: its number of items, and the number of others. */
  readonly onTaken: ((items: number, others: number) => void)[];
}

/** Creates a reader. @param form part of its key */
export function createLiveReader(form: string, take: LiveReader["take"]): LiveReader {
  return { key: [form], take, note: undefined, onTaken: [] };
}
