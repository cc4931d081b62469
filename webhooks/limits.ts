/** Fixed limits of webhooks. */

/** Longest address, in characters. */
export const MAX_URL_LENGTH = 2_000;

/** Webhooks that a server delivers at the same time. */
export const MAX_PARALLEL = 100;

/** Events that are delivered one after the other before other webhooks have their turn. */
export const MAX_EVENTS_PER_CLAIM = 50;
