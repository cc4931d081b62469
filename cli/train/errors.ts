/** The errors of the headless training that are meant for people, beside those of the store and the trainer. */

/** Something was asked for that cannot be done: a flag, a setting. Nothing was trained or written. */
export class WrongInputError extends Error {
  override readonly name = "WrongInputError";
}

/** Results that cannot be written. The message says where they are. */
export class ResultsError extends Error {
  override readonly name = "ResultsError";
}
