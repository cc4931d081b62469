/** The timeouts of downloads fit together. */
import { describe, it } from "@std/testing/bdd";
import { LEFTOVER_AGE_MS, MIRROR_TIMEOUT_MS } from "../../../data/storage/timeouts.ts";
import { ascend } from "../../support/ascend.ts";

describe("the timeouts of downloads", () => {
  it("never delete a partial file whose download may still be in progress", () => {
    ascend(2 * MIRROR_TIMEOUT_MS, LEFTOVER_AGE_MS);
  });
});
