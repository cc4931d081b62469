/** A value outside of React's tree, as an external store: components that show it render again when it changes. */
import { useSyncExternalStore } from "react";

/** A value with listeners. */
export interface ValueStore<Value> {
  get(): Value;
  /** Changes the value; nothing happens if it is the same. */
  set(value: Value): void;
  subscribe(listener: () => void): () => void;
}

/** Creates a store. */
export function createValueStore<Value>(initial: Value): ValueStore<Value> {
  let current = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set(value) {
      if (Object.is(value, current)) return;
      current = value;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Returns a store's value, and renders again when it changes. */
export function useValue<Value>({ subscribe, get }: ValueStore<Value>): Value {
  return useSyncExternalStore(subscribe, get);
}
