/// <reference lib="dom" />
/** Drawing at the screen's pace or at a slower one, however often there is something new. */

/** What is drawn with one of the next frames, once. */
export interface Frame {
  request(): void;
  cancel(): void;
}

/**
 * @param draw called once for any number of requests between two frames
 * @param leastMs the least time between two drawings
 */
export function onFrame(draw: () => void, leastMs = 0): Frame {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let frame = 0;
  let drawnAt = -Infinity;
  return {
    request() {
      if (timer || frame) return;
      const wait = drawnAt + leastMs - performance.now();
      const next = () => {
        timer = undefined;
        frame = requestAnimationFrame(() => {
          frame = 0;
          drawnAt = performance.now();
          draw();
        });
      };
      if (wait > 0) timer = setTimeout(next, wait);
      else next();
    },
    cancel() {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
    },
  };
}
