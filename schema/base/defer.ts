/**
 * The directive @defer, which clients put on what they can wait for: the rest of the answer comes without it, and it comes
 * after, in the form that Apollo Client, urql and GraphiQL read (the incremental delivery proposal of August 2022).
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
    "Sends this part of the answer when it is there, after the rest. Clients that take an answer only as a " +
    "whole are sent all of it at once.",
  locations: [DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
  args: {
    if: {
      type: new GraphQLNonNull(GraphQLBoolean),
      description: "Whether it is deferred.",
      defaultValue: true,
    },
    label: { type: GraphQLString, description: "Names the part where it is sent." },
  },
});
