/** Answers that take their time, kept for who asks next: the last few, by name. */

/** Answers by name. */
export interface Kept<T> {
  /** The answer that is kept, or on its way; otherwise a new one. What failed is not kept. */
  get(key: string, make: () => Promise<T>): Promise<T>;
}

/** Keeps the answers that were asked for last. */
export function keepLast<T>(limit: number): Kept<T> {
  const answers = new Map<string, Promise<T>>();
  return {
    get(key, make) {
      const known = answers.get(key);
      const answer = known ?? make();
      remember(answers, key, answer, limit);
      if (!known) {
        answer.catch(() => {
          if (answers.get(key) === answer) answers.delete(key);
        });
      }
      return answer;
    },
  };
}

/** Puts a value behind all others, and forgets the first of too many. */
export function remember<T>(values: Map<string, T>, key: string, value: T, limit: number): void {
  values.delete(key);
  values.set(key, value);
  for (const oldest of values.keys()) {
    if (values.size <= limit) break;
    values.delete(oldest);
  }
}
