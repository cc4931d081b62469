/** Caches of what Yoga makes of a document's text, bounded by characters: Yoga's own caches count documents. */
import { LRUCache } from "lru-cache";

/** Characters of all documents in a cache. A parsed document takes some hundred times as much memory. */
const MAX_CHARACTERS = 200_000;

/** Characters of a document that is cached; longer ones are parsed each time. */
const MAX_DOCUMENT_CHARACTERS = 20_000;

/** Creates an empty cache with a document's text as its key. */
export function createDocumentCache<Value extends object>(): LRUCache<string, Value> {
  return new LRUCache({
    maxSize: MAX_CHARACTERS,
    maxEntrySize: MAX_DOCUMENT_CHARACTERS,
    sizeCalculation: (_value, text) => Math.max(1, text.length),
  });
}
