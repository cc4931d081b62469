/**
 * Requirements of mutations on webhooks: a server that delivers them, an address that it may reach, a webhook that is
 * there.
 */
import type { GraphQLError } from "graphql";
import { WebhookUrlError } from "../../webhooks/address/parse_url.ts";
import type { Webhooks } from "../../webhooks/service.ts";
import type { ApiContext } from "../base/context.ts";
import { badInput, notFound, unavailable } from "../base/errors.ts";

/**
 * Returns the webhooks of a server.
 *
 * @param purpose completes 'Cannot …'
 * @throws {GraphQLError} UNAVAILABLE if it delivers none
 */
export function requireWebhooks(
  purpose: string,
  { webhooks }: Pick<ApiContext, "webhooks">,
): Webhooks {
  if (!webhooks) {
    throw unavailable(`Cannot ${purpose}: this server delivers no webhooks (EPOCHQL_WEBHOOKS).`);
  }
  return webhooks;
}

/**
 * Checks the address of a receiver.
 *
 * @param purpose completes 'Cannot …'
 * @returns the address in its usual form
 * @throws {GraphQLError} BAD_USER_INPUT if it is refused
 */
export async function checkUrl(purpose: string, webhooks: Webhooks, url: string): Promise<string> {
  try {
    return await webhooks.checkUrl(url);
  } catch (error) {
    if (!(error instanceof WebhookUrlError)) throw error;
    throw badInput(`Cannot ${purpose}: input.url ${error.message}.`, ["input", "url"]);
  }
}

/** Makes the error of a webhook that is not there. */
export function noSuchWebhook(purpose: string, id: string): GraphQLError {
  return notFound(
    `Cannot ${purpose}: no webhook has the ID '${id.slice(0, 80)}'; it may have been deleted. ` +
      "The query 'webhooks' lists all.",
  );
}
