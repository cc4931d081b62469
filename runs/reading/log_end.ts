/**
 * Ends of logs that are being written. Readers who have read everything wait there together: what comes is read once
 * and handed to all of them.
 */
import { setImmediate } from "node:timers/promises";
import type { RunStore } from "../store/store.ts";
import { handOut, type Place, type WaitingReader } from "./hand_out.ts";
import { type LogQuery, readPage } from "./log_page.ts";

/** Wait of one reader. */
export interface Waiting {
  /**
   * Begins to wait for events after a position.
   *
   * @param mark of the store, before the log was read up to there
   * @returns false if the log was read further meanwhile: then the reader must read on
   */
  begin(cursor: number, mark: number): boolean;
  /** Stops waiting. */
  stop(): void;
}

/** End of a log, for readers of the same types of events. */
interface LogEnd {
  /** Position up to which it was read. */
  cursor: number;
  readonly places: Set<Place>;
  isClosed: boolean;
  /** Ends the wait: no reader is left. */
  close(): void;
}

const ends = new WeakMap<RunStore, Map<string, LogEnd>>();

/** Creates the wait of a reader, which has not begun. */
export function createWaiting(store: RunStore, query: LogQuery, reader: WaitingReader): Waiting {
  const ofStore = ends.get(store) ?? new Map<string, LogEnd>();
  ends.set(store, ofStore);
  const endKey = `${query.runId} ${query.types?.join() ?? ""}`;
  const { live } = reader;
  const key = live && JSON.stringify(live.key);
  const place: Place = { reader, key, take: live?.take, isWaiting: false, isLevel: false };
  let end: LogEnd | undefined;

  function open(cursor: number, mark: number): LogEnd {
    const closing = new AbortController();
    const opened: LogEnd = {
      cursor,
      places: new Set(),
      isClosed: false,
      close() {
        if (opened.isClosed) return;
        opened.isClosed = true;
        ofStore.delete(endKey);
        closing.abort();
      },
    };
    ofStore.set(endKey, opened);
    void watch(store, query, opened, { mark, signal: closing.signal });
    return opened;
  }

  return {
    begin(cursor, mark) {
      if (!end || end.isClosed) end = ofStore.get(endKey) ?? open(cursor, mark);
      if (end.cursor > cursor) return false;
      place.isWaiting = true;
      place.isLevel = end.cursor === cursor;
      end.places.add(place);
      return true;
    },
    stop() {
      place.isWaiting = false;
      if (end?.places.delete(place) && end.places.size === 0) end.close();
    },
  };
}

/** Hands on what is written after a mark, until no reader waits any more. */
async function watch(
  store: RunStore,
  query: LogQuery,
  end: LogEnd,
  { mark, signal }: { readonly mark: number; readonly signal: AbortSignal },
): Promise<void> {
  const { places } = end;
  let since = mark;
  try {
    while (!end.isClosed) {
      await store.wait(since, signal, query.runId);
      if (end.isClosed) return;
      const page = await readPage(store, query, end.cursor);
      since = page.mark;
      end.cursor = page.cursor;
      if (page.events.length > 0 && page.then === "end") {
        // To end a stream takes several times as long as to send an event, for which nobody should wait. The mark is
        // one that was missed: who is slower than that reads the end by itself.
        await handOut({ ...page, then: "wait", mark: -1 }, places);
        await setImmediate();
        await handOut({ ...page, events: [] }, places);
      } else if (page.events.length > 0 || page.then !== "wait") await handOut(page, places);
      if (places.size === 0) end.close();
    }
  } catch (error) {
    end.close();
    for (const { reader } of places) reader.fail(error);
  }
}
