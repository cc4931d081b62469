/** enum Scope */
import type { Scope as Name } from "../base/access.ts";
import { builder } from "../base/builder.ts";

const values = {
  READ: { value: "read", description: "Queries and subscriptions." },
  WRITE: {
    value: "write",
    description: "READ, and starting, pausing, resuming, cancelling and naming runs.",
  },
  ADMIN: { value: "admin", description: "WRITE, and deleting runs." },
} as const satisfies {
  readonly [Each in Name as Uppercase<Each>]: {
    readonly value: Each;
    readonly description: string;
  };
};

export const Scope = builder.enumType("Scope", {
  description: "What a client may do. Each holds the one before it.",
  values,
});
