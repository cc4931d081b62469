/// <reference lib="dom" />
/**
 * The samples of a selection by index, loaded by pages as the grid scrolls to them. Pages far from the
 * visible ones are dropped, so that a scroll over everything holds few.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { request } from "../api/request.ts";
import { errorText } from "../parts/error_text.ts";
import { type Sample, SAMPLES_QUERY, type Selection } from "./operations.ts";
import { SCROLL_DEBOUNCE_MS } from "../timeouts.ts";

const PAGE = 200;
const MAX_PAGES = 60;

export interface Samples {
  /** undefined until the server has answered. */
  readonly totalCount: number | undefined;
  readonly error: string | undefined;
  /** Returns the sample at an index; undefined if it is not loaded. */
  at(place: number): Sample | undefined;
  /** Requests the samples between two indices. */
  need(from: number, to: number): void;
}

type Pages = ReadonlyMap<number, readonly Sample[]>;

/**
 * Loads the samples of a selection, which must stay the same for the life of the component: give it a key.
 */
export function useSamples(selection: Selection): Samples {
  const [pages, setPages] = useState<Pages>(new Map());
  const [totalCount, setTotalCount] = useState<number>();
  const [error, setError] = useState<string>();
  const asked = useRef(new Set<number>());
  const wanted = useRef<readonly number[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const first = useRef(selection);

  const load = useCallback(async (page: number) => {
    if (asked.current.has(page)) return;
    asked.current.add(page);
    try {
      const { samples } = await request(SAMPLES_QUERY, {
        ...first.current,
        offset: page * PAGE,
        first: PAGE,
      });
      setTotalCount(samples.totalCount);
      setError(undefined);
      setPages((before) => keepNear(new Map(before).set(page, samples.nodes), page, asked.current));
    } catch (problem) {
      asked.current.delete(page); // The next scroll requests it again.
      setError(errorText(problem));
    }
  }, []);

  useEffect(() => {
    load(0);
    return () => clearTimeout(timer.current);
  }, [load]);

  const need = useCallback((from: number, to: number) => {
    const [low, high] = [Math.floor(from / PAGE), Math.floor(to / PAGE)];
    wanted.current = Array.from({ length: high - low + 1 }, (_, index) => low + index);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => wanted.current.forEach(load), SCROLL_DEBOUNCE_MS);
  }, [load]);

  const at = useCallback(
    (place: number) => pages.get(Math.floor(place / PAGE))?.[place % PAGE],
    [pages],
  );
  return { totalCount, error, at, need };
}

/** Drops the pages farthest from the one just loaded. */
function keepNear(pages: Map<number, readonly Sample[]>, page: number, asked: Set<number>): Pages {
  while (pages.size > MAX_PAGES) {
    const farthest = [...pages.keys()].reduce((far, other) =>
      Math.abs(other - page) > Math.abs(far - page) ? other : far
    );
    pages.delete(farthest);
    asked.delete(farthest);
  }
  return pages;
}
