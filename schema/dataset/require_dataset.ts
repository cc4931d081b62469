/** Checks the name of an imported dataset that a mutation is about. */
import { datasetNames } from "../../data/catalog.ts";
import type { Imports } from "../../imports/service.ts";
import type { ApiContext } from "../base/context.ts";
import { badInput, notFound, unavailable } from "../base/errors.ts";
import type { GraphQLError } from "graphql";

/**
 * Returns the imports of a server.
 *
 * @param purpose completes 'Cannot …'
 * @throws {GraphQLError} UNAVAILABLE if it has none
 */
export function requireImports(purpose: string, { imports }: Pick<ApiContext, "imports">): Imports {
  if (!imports) throw unavailable(`Cannot ${purpose}: this server takes no imports.`);
  return imports;
}

/**
 * Refuses the name of a built-in dataset.
 *
 * @throws {GraphQLError} BAD_USER_INPUT
 */
export function mustBeImported(purpose: string, name: string): void {
  if (!datasetNames.some((known) => known === name)) return;
  throw badInput(
    `Cannot ${purpose}: name must be that of an imported dataset, got the built-in '${name}'.`,
    ["name"],
  );
}

/** Makes the error of a dataset that is not there. */
export function noSuchDataset(purpose: string, name: string): GraphQLError {
  return notFound(`Cannot ${purpose}: there is no dataset '${name.slice(0, 80)}'.`);
}
