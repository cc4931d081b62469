/** The timeouts and pauses of webhooks fit together. */
import { describe, it } from "@std/testing/bdd";
import { MAX_ATTEMPT_PAUSE_MS } from "../../runs/timeouts.ts";
import * as t from "../../webhooks/timeouts.ts";
import { ascend } from "../support/ascend.ts";

describe("the timeouts of webhooks", () => {
  it("let an attempt end before its sender is given up, and that before the claim expires", () => {
    ascend(t.RESOLVE_TIMEOUT_MS, t.ATTEMPT_TIMEOUT_MS, t.SENDER_TIMEOUT_MS, t.CLAIM_MS);
  });

  it("let a receiver be tried many times before its webhook is disabled", () => {
    ascend(t.FIRST_PAUSE_MS, t.MAX_PAUSE_MS, t.MAX_RETRY_AFTER_MS, t.GIVE_UP_MS / 2);
  });

  it("let the store believe the longest pause", () => {
    ascend(t.MAX_RETRY_AFTER_MS, MAX_ATTEMPT_PAUSE_MS + 1);
  });
});
