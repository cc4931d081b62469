/** Waiting with a time limit. */

/**
 * Resolves as the work does or, if that takes longer than the limit, with the value of `late`. The work is not stopped.
 *
 * @param milliseconds the limit
 * @throws what the work or `late` throws
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const slow = new Promise<string>(() => {});
 * assertEquals(await deadline(5, slow, () => "late"), "late");
 * ```
 */
export async function deadline<T>(
  milliseconds: number,
  work: Promise<T>,
  late: () => T,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<void>((resolve) => timer = setTimeout(resolve, milliseconds));
  try {
    return await Promise.race([work, deadline.then(late)]);
  } finally {
    clearTimeout(timer);
  }
}
