/** Requests for files that are made of a run's checkpoint: their parameters and their errors. */
import type { CheckpointChoice } from "../../schema/checkpoint/checkpoint_choice.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { badInput, type ErrorCode, toApiError } from "../../schema/base/errors.ts";
import { refuse } from "../http/errors.ts";

const STATUS: Readonly<Record<ErrorCode, number>> = {
  BAD_USER_INPUT: 400,
  NOT_FOUND: 404,
  CONFLICT: 409,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** Responds with an error of the API. */
export function refuseByError(error: unknown, context: ApiContext, pathname: string): Response {
  const { message, extensions } = toApiError(error, context, pathname);
  const code = extensions["code"] as ErrorCode;
  return refuse(STATUS[code], code, message);
}

/**
 * Reads ?epoch=, ?step= and ?checkpoint=.
 *
 * @param purpose completes 'Cannot …'
 * @throws {GraphQLError} BAD_USER_INPUT if a number is none
 */
export function readChoice(search: URLSearchParams, purpose: string): CheckpointChoice {
  const number = (name: "epoch" | "step") => {
    const value = search.get(name);
    if (value === null) return null;
    if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
    throw badInput(
      `Cannot ${purpose}: ${name} must be a whole number from 1, got '${value.slice(0, 40)}'.`,
      [name],
    );
  };
  return { checkpoint: search.get("checkpoint"), epoch: number("epoch"), step: number("step") };
}
