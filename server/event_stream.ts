/**
 * How an event stream ends when the server stops: it breaks off without the event `complete`, which says that there is
 * no more to come. Clients that know the protocol (graphql-sse) then ask again.
 */

/**
 * What was written last shall have been taken in by then: graphql-sse overlooks an end that comes together with an
 * event, and would wait for ever.
 */
const LAST_EVENT_MS = 50;

/**
 * An event stream that breaks off when the signal aborts; its source is cancelled.
 *
 * @param stopping says that the server stops
 */
export function breakingOff(
  events: ReadableStream<Uint8Array>,
  stopping: AbortSignal,
): ReadableStream<Uint8Array> {
  const reader = events.getReader();
  let breakOff = () => {};
  return new ReadableStream<Uint8Array>({
    start(controller) {
      breakOff = () => {
        reader.cancel().catch(() => {});
        setTimeout(() => {
          try {
            controller.close();
          } catch {
            // The client has gone meanwhile.
          }
        }, LAST_EVENT_MS);
      };
      if (stopping.aborted) breakOff();
      else stopping.addEventListener("abort", breakOff, { once: true });
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (stopping.aborted) return;
      if (!done) return controller.enqueue(value);
      stopping.removeEventListener("abort", breakOff);
      controller.close();
    },
    async cancel(reason) {
      stopping.removeEventListener("abort", breakOff);
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}
