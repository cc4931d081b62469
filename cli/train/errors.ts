/** The errors of the headless training with messages for users, beside those of the store and the trainer. */

/** Thrown for an impossible flag or setting. Nothing was trained or stored. */
export class WrongInputError extends Error {
  override readonly name = "WrongInputError";
}

/** Thrown when results cannot be written. The message says where they are. */
export class ResultsError extends Error {
  override readonly name = "ResultsError";
}
