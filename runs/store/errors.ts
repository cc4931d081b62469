/** Errors of every store, whatever its database. */

/** Thrown when the worker no longer holds the run: it must stop at once. */
export class FencedError extends Error {
  override readonly name = "FencedError";
}

/** Thrown when a client already has its maximum number of runs in the queue. */
export class QueueFullError extends Error {
  override readonly name = "QueueFullError";
}

/** Thrown when the store cannot be used now. The message states the cause and the remedy. */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError";
  /** True if the cause may pass by itself, so that a retry makes sense. */
  readonly mayPass: boolean;
  constructor(message: string, options: ErrorOptions & { readonly mayPass?: boolean } = {}) {
    super(message, options);
    this.mayPass = options.mayPass ?? false;
  }
}

/** Thrown when there are as many webhooks as may be. */
export class TooManyWebhooksError extends Error {
  override readonly name = "TooManyWebhooksError";
}
