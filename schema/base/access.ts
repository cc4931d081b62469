/**
 * Clients and their permissions: three scopes, each of which includes the one before. A root field
 * declares the scope that it needs (`authScopes`); authentication is the server's part.
 */

/** From the least to the most: looking; starting, steering and describing runs; destroying them. */
export const SCOPES = ["read", "write", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** The client that an operation is executed for. */
export interface Viewer {
  /** The name of its token; LOCAL's where the server asks for none. */
  readonly name: string;
  readonly scope: Scope;
}

/** The client of a server without tokens, which only this machine can reach. */
export const LOCAL: Viewer = { name: "local", scope: "admin" };

/** Returns the scopes of a client as the builder expects them; none without a client. */
export function scopesOf(viewer: Viewer | undefined): Readonly<Record<Scope, boolean>> {
  const rank = viewer ? SCOPES.indexOf(viewer.scope) : -1;
  return { read: rank >= 0, write: rank >= 1, admin: rank >= 2 };
}

/** The scope that a root field declares, from its extensions; undefined if it declares none. */
export function declaredScope(
  extensions: Readonly<Record<string, unknown>> | undefined,
): Scope | undefined {
  const options = extensions?.pothosOptions as { readonly authScopes?: unknown } | undefined;
  const declared = options?.authScopes;
  if (typeof declared !== "object" || declared === null) return undefined;
  return SCOPES.find((scope) => (declared as Partial<Record<Scope, unknown>>)[scope] === true);
}
