/// <reference lib="dom" />
/** Drawing at the screen's frame rate or slower, however often it is requested. */

/** A drawing that is scheduled at most once a frame. */
export interface Frame {
  request(): void;
  cancel(): void;
}

/**
 * Schedules drawings.
 *
 * @param draw called once for any number of requests between two frames
 * @param leastMs the shortest time between two drawings
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
