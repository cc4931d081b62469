/** Merges the parts of a deferred response, as a client does, each at its path. */

/** The parts of a response. */
export interface Parts {
  /**
   * Adds the next part.
   *
   * @returns the data of the whole answer, when the last part has come and an error has taken none; else undefined
   */
  add(part: unknown): unknown;
}

/** Starts an empty response. */
export function createParts(): Parts {
  let whole: unknown;
  let isWhole = true;
  return {
    add(part) {
      const { data, incremental, hasNext }: Record<string, unknown> = Object(part);
      if (data !== undefined) whole = structuredClone(data);
      for (const { data, path } of Array.isArray(incremental) ? incremental : []) {
        const place = (Array.isArray(path) ? path : []).reduce(
          (inner: unknown, key) => Object(inner)[key],
          whole,
        );
        if (typeof data === "object" && data !== null && Object(place) === place) {
          merge(Object(place), data);
        } else isWhole = false;
      }
      return hasNext === false && isWhole ? whole : undefined;
    },
  };
}

function merge(into: Record<string, unknown>, from: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(from)) {
    const known = into[key];
    const areObjects = Object(known) === known && Object(value) === value;
    if (areObjects) merge(Object(known), Object(value));
    else into[key] = structuredClone(value);
  }
}
