/**
 * The directive @defer, which clients put on what they can wait for: the rest of the answer comes without it, and it
 * comes after, in the form that Apollo Client, urql and GraphiQL read (the incremental delivery proposal of August
 * 2022).
 */
import {
  DirectiveLocation,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLNonNull,
  GraphQLString,
} from "graphql";

export const deferDirective = new GraphQLDirective({
  name: "defer",
  description:
    "Delivers this fragment after the rest of the response. Ignored for clients that do not accept " +
    "incremental delivery.",
  locations: [DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
  args: {
    if: {
      type: new GraphQLNonNull(GraphQLBoolean),
      description: "If false, the fragment is not deferred.",
      defaultValue: true,
    },
    label: { type: GraphQLString, description: "Label of the deferred part in the response." },
  },
});
