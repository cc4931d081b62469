/** Count of requests in flight, for a graceful stop. */

/** Requests in flight. */
export interface InFlight {
  /** Counts a request until its response is delivered or its client has disconnected. */
  add(completed: Promise<unknown>): void;
  /** Resolves as soon as no request is in flight. */
  idle(): Promise<void>;
}

/** Creates a count of zero. */
export function createInFlight(): InFlight {
  let count = 0;
  let onIdle = () => {};
  const remove = () => {
    if (--count === 0) onIdle();
  };
  return {
    add(completed) {
      count++;
      completed.then(remove, remove);
    },
    idle() {
      return new Promise<void>((resolve) => {
        onIdle = resolve;
        if (count === 0) resolve();
      });
    },
  };
}
