/** type Viewer */
import type { Viewer as Shape } from "../base/access.ts";
import { builder } from "../base/builder.ts";
import { Scope } from "./scope.ts";

export const Viewer = builder.objectRef<Shape>("Viewer").implement({
  description: "Whoever asks, as the server knows them.",
  fields: (t) => ({
    name: t.exposeString("name", {
      description: "The name of the token; 'local' where the server asks for none.",
    }),
    scope: t.field({
      type: Scope,
      description: "What they may do.",
      resolve: (viewer) => viewer.scope,
    }),
  }),
});
