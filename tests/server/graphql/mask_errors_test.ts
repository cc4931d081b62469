/** Errors as clients see them. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { DEFAULT_LIMITS } from "../../../config/limits.ts";
import { badInputs } from "../../../schema/base/errors.ts";
import { toPublicError } from "../../../server/graphql/mask_errors.ts";

describe("toPublicError()", () => {
  it("repeats a value of the request without signs that change the direction of text", () => {
    const message = 'Cannot train: name must be a line of 1 to 100 characters, got "a\u202eb".';
    const error = badInputs([{ path: ["input", "name"], message }]);
    const shown = toPublicError(error, DEFAULT_LIMITS);
    const escaped = message.replace("\u202e", "\\u202e");
    assertEquals(shown.message, escaped);
    assertEquals(shown.extensions?.problems, [{ path: ["input", "name"], message: escaped }]);
  });
});
