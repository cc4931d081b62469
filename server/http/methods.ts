/** Methods that resources support. */
import { refuse } from "./errors.ts";

/** Methods of resources that can be read only. */
export const READ_METHODS = ["GET", "HEAD"] as const;

/** Returns whether a request only reads. */
export function isRead({ method }: Request): boolean {
  return READ_METHODS.some((known) => known === method);
}

/**
 * Refuses a method that a resource does not support; returns undefined for the others.
 *
 * @param allowed supported methods
 */
export function refuseOtherMethods(
  request: Request,
  allowed: readonly string[] = READ_METHODS,
): Response | undefined {
  return allowed.includes(request.method) ? undefined : refuseMethod(request, allowed);
}

/**
 * Creates the response to a method that a resource does not support.
 *
 * @param allowed supported methods
 */
export function refuseMethod(request: Request, allowed: readonly string[]): Response {
  const others = allowed.slice(0, -1).join(", ");
  const choice = [...(others === "" ? [] : [others]), allowed.at(-1)].join(" or ");
  return refuse(
    405,
    "BAD_USER_INPUT",
    `Cannot ${request.method} ${new URL(request.url).pathname}: ` +
      `the method must be ${choice}, got ${request.method}.`,
    { allow: allowed.join(", ") },
  );
}
