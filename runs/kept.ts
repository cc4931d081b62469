/** Answers that take their time, kept for who asks next: the last few, by name. What failed is not kept. */

/** Answers by name. */
export interface Kept<T> {
  /** The answer that is kept, or on its way; otherwise a new one. */
  get(key: string, make: () => Promise<T>): Promise<T>;
}

/** Keeps the answers that were asked for last. */
export function keepLast<T>(limit: number): Kept<T> {
  /** The one that was asked for last is the last. */
  const answers = new Map<string, Promise<T>>();
  return {
    get(key, make) {
      const known = answers.get(key);
      const answer = known ?? make();
      answers.delete(key);
      answers.set(key, answer);
      // What failed may be there at the next try.
      if (!known) {
        answer.catch(() => {
          if (answers.get(key) === answer) answers.delete(key);
        });
      }
      for (const oldest of answers.keys()) {
        if (answers.size <= limit) break;
        answers.delete(oldest);
      }
      return answer;
    },
  };
}
