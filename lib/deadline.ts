/** Waiting, but not for ever. */

/** What `work` gives, or what `late` gives if that takes longer. The work goes on. */
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
