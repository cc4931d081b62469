/** Work of which only the newest matters, such as asking a server about something that changes all the time. */

/**
 * Does one piece of work at a time. What comes meanwhile waits, and only the newest of it is done.
 *
 * @param work must not reject: nobody waits for it
 * @returns asks for a piece of work
 */
export function newestWins<Input>(work: (input: Input) => Promise<void>): (input: Input) => void {
  let waiting: { readonly input: Input } | undefined;
  let working = false;
  const workOff = async () => {
    working = true;
    while (waiting) {
      const { input } = waiting;
      waiting = undefined;
      await work(input);
    }
    working = false;
  };
  return (input) => {
    waiting = { input };
    if (!working) workOff();
  };
}
