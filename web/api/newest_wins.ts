/** Work of which only the newest request matters, such as a query about a changing input. */

/**
 * Does one piece of work at a time. Of those requested meanwhile, only the newest is done.
 *
 * @param work must not reject: nothing awaits it
 * @returns a function that requests work
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
