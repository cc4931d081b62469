/// <reference lib="dom" />
/** Parts of the page that are loaded when they are first shown. */
import { type ComponentType, lazy, type LazyExoticComponent } from "react";

/**
 * Pauses between attempts: long enough for a server's restart. A page of an older build never gets its
 * parts.
 */
const PAUSES_MS = [500, 1000, 2000, 4000, 8000] as const;

/**
 * Makes a component that is loaded when it is first shown, and retried while the server cannot be reached.
 *
 * @param load the import() of its file
 */
export function lazyPart<Props>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => ({ default: await persistently(load) }));
}

async function persistently<Part>(load: () => Promise<Part>): Promise<Part> {
  for (const pause of PAUSES_MS) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return await load();
}
