/**
 * A reader of one run's log: replays what is there after a position, then waits at the end for what is written. It
 * reads at its consumer's pace and holds at most one page.
 */
import { createPullSource, type PullSource, type Sink } from "../../lib/streams/pull_source.ts";
import type { RunEvent } from "../log/event.ts";
import type { RunStore } from "../store/store.ts";
import { createWaiting } from "./log_end.ts";
import { type LogPage, type LogQuery, readPage } from "./log_page.ts";

/** Receives events that a number of followers have waited for, not replayed ones. */
export type TailListener = (event: RunEvent, followers: number) => void;

/** Options of followLog(). */
export interface FollowOptions<T extends object> extends LogQuery {
  /** Position to begin after; 0 by default. */
  readonly afterSeq?: number | undefined;
  /** Leaves out `batches` up to this step when pages are read. */
  readonly afterStep?: number | undefined;
  readonly signal: AbortSignal;
  readonly onLive?: TailListener | undefined;
  /** Key that followers have in common if they select the same of each event. */
  readonly selection: string;
  /** Returns what is yielded of an event. */
  select(event: RunEvent): readonly T[];
}

/** Yields what is selected of a run's events until the run has ended or is deleted, or the signal aborts. */
export function followLog<T extends object>(
  store: RunStore,
  options: FollowOptions<T>,
): PullSource<T> {
  const { signal } = options;
  let finish = () => {};
  return createPullSource<T>((sink) => {
    const follower = createFollower(store, options, sink);
    finish = follower.finish;
    signal.addEventListener("abort", finish, { once: true });
    return follower.pull;
  }, () => {
    signal.removeEventListener("abort", finish);
    finish();
  });
}

function createFollower<T extends object>(
  store: RunStore,
  options: FollowOptions<T>,
  sink: Sink<T>,
) {
  const items = createItems(options);
  let hasEnded = options.signal.aborted;
  /** True while the sink waits for the outcome of a pull. */
  let isAsked = false;

  const { live } = sink;
  live?.key.push(options.selection);
  live?.onTaken.push((_items, others) => items.countOthers(others));
  const waiting = createWaiting(store, options, {
    receive(page) {
      items.add(page, true);
      give();
      return items.given;
    },
    fail,
    live,
  });

  /** Gives the next item, or sees to it that it will be given. */
  function give(): void {
    if (!isAsked) return;
    if (hasEnded) return finish();
    const item = items.next();
    if (item) {
      isAsked = false;
      return sink.next(item);
    }
    const { cursor, mark, then } = items.position();
    if (then === "end") finish();
    else if (then === "wait" && waiting.begin(cursor, mark)) sink.idle();
    else void readOn(cursor);
  }

  async function readOn(cursor: number): Promise<void> {
    try {
      items.add(await readPage(store, options, cursor, options.afterStep));
    } catch (error) {
      return fail(error);
    }
    give();
  }

  function fail(error: unknown): void {
    hasEnded = true;
    if (!isAsked) return;
    isAsked = false;
    sink.fail(error);
  }

  function finish(): void {
    hasEnded = true;
    waiting.stop();
    if (!isAsked) return;
    isAsked = false;
    sink.end();
  }

  return {
    pull() {
      isAsked = true;
      give();
    },
    finish,
  };
}

/** Creates a reader's place in its page: what is selected of the events, one at a time. */
function createItems<T extends object>({ afterSeq = 0, onLive, select }: FollowOptions<T>) {
  /** Seq of the last event whose items were given. */
  let cursor = afterSeq;
  let page: LogPage = { mark: 0, events: [], cursor, then: "more" };
  let livePage = page;
  let eventsRead = 0;
  let items: readonly T[] = [];
  let itemsGiven = 0;
  /** Number of items that were given of the page. */
  let given = 0;
  let hasWaited = false;
  return {
    get given() {
      return given;
    },
    /** Continues with another page. Events up to the cursor are skipped. */
    add(next: LogPage, isLive = false): void {
      page = next;
      if (isLive) livePage = next;
      eventsRead = 0;
      given = 0;
      hasWaited ||= isLive;
    },
    /** Returns the next item; undefined at the end of the page. */
    next(): T | undefined {
      while (itemsGiven >= items.length) {
        const event = page.events[eventsRead++];
        if (!event) return undefined;
        if (event.seq <= cursor) continue;
        cursor = event.seq;
        if (hasWaited) onLive?.(event, 1);
        items = select(event);
        itemsGiven = 0;
      }
      given++;
      return items[itemsGiven++];
    },
    /** Counts followers who were given the items of the last live page by this one. */
    countOthers(others: number): void {
      for (const event of livePage.events) onLive?.(event, others);
    },
    /** Returns where to continue after the page. */
    position(): Pick<LogPage, "cursor" | "mark" | "then"> {
      cursor = Math.max(cursor, page.cursor);
      return { cursor, mark: page.mark, then: page.then };
    },
  };
}
