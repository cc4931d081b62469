/**
 * Counts what a program has begun and not ended: timers and async generators. It stands in for the functions that begin
 * them, so that it must be there before what uses them is imported.
 */

/** Counts of what may leak. */
export interface Census {
  /** Number of timers that have neither gone off nor been cleared, by their kind. */
  timers(): Readonly<Record<string, number>>;
  /** Number of async generators that have begun and not ended. */
  generators(): number;
}

/** Counts from here on. */
export function takeCensus(): Census {
  return { timers: countTimers(), generators: countGenerators() };
}

function countTimers(): Census["timers"] {
  const open = new Map<number, string>();
  const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
  const clear = (id?: ReturnType<typeof setTimeout>) => {
    open.delete(Number(id));
    clearTimeout(id);
    clearInterval(id);
  };
  Object.assign(globalThis, {
    setTimeout(work: (...args: unknown[]) => void, delay = 0, ...args: unknown[]) {
      const id = setTimeout(() => {
        open.delete(Number(id));
        work(...args);
      }, delay);
      open.set(Number(id), `timeout of ${delay} ms`);
      return id;
    },
    setInterval(work: (...args: unknown[]) => void, delay = 0, ...args: unknown[]) {
      const id = setInterval(work, delay, ...args);
      open.set(Number(id), `interval of ${delay} ms`);
      return id;
    },
    clearTimeout: clear,
    clearInterval: clear,
  });
  return () => {
    const counts: Record<string, number> = {};
    for (const name of open.values()) counts[name] = (counts[name] ?? 0) + 1;
    return counts;
  };
}

type Step = (value: unknown) => Promise<IteratorResult<unknown>>;

function countGenerators(): Census["generators"] {
  const open = new Set<object>();
  const nothing = (async function* () {})();
  const prototype: Record<"next" | "return" | "throw", Step> = Object.getPrototypeOf(
    Object.getPrototypeOf(nothing),
  );
  for (const name of ["next", "return", "throw"] as const) {
    const own = prototype[name];
    prototype[name] = async function (this: object, value) {
      if (name === "next") open.add(this);
      try {
        const step = await own.call(this, value);
        if (step.done) open.delete(this);
        return step;
      } catch (error) {
        open.delete(this);
        throw error;
      }
    };
  }
  return () => open.size;
}
