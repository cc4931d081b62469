/**
 * Size limits that hold for every client. Those of one operation are in graphql/limits/, configured ones in config.ts.
 */

/** Operations at a time, subscriptions included, on one WebSocket or one event stream. */
export const MAX_OPERATIONS_PER_SOCKET = 100;

/** Bytes of a request or of a WebSocket's message. Operations are text: the page's largest is 2 kB. */
export const MAX_REQUEST_BYTES = 1_000_000;

/** Bytes of an inference request: 64 colour images of 32 x 32 as JSON have about 4 MB. */
export const MAX_INFERENCE_BYTES = 8_000_000;

/** Failed logins of an address per minute that are answered as such; later ones have to wait. */
export const MAX_FAILED_LOGINS_PER_MINUTE = 20;
