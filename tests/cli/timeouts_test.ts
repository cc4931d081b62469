/** The command line's timeouts fit together, and with those of the server. */
import { describe, it } from "@std/testing/bdd";
import { MAX_WAIT_MS, POSTGRES_ANSWER_TIMEOUT_MS, USAGE_INTERVAL_MS } from "../../runs/timeouts.ts";
import { WEBSOCKET_IDLE_MS } from "../../server/timeouts.ts";
import * as t from "../../cli/timeouts.ts";
import { ascend } from "../support/ascend.ts";

describe("the command line's timeouts", () => {
  it("reconnect with growing pauses", () => {
    ascend(t.RECONNECT_MS, t.MAX_RECONNECT_MS, t.REQUEST_TIMEOUT_MS);
  });

  it("wait for an answer for longer than the server waits for its store", () => {
    ascend(MAX_WAIT_MS, POSTGRES_ANSWER_TIMEOUT_MS, t.REQUEST_TIMEOUT_MS);
  });

  it("wait for a pong, and notice a lost server before the server gives the connection up", () => {
    ascend(t.PONG_TIMEOUT_MS, t.PING_MS, t.PING_MS + t.PONG_TIMEOUT_MS, WEBSOCKET_IDLE_MS);
  });

  it("print progress no more often than a trainer reports its usage", () => {
    ascend(USAGE_INTERVAL_MS - 1, t.PLAIN_PROGRESS_MS);
  });
});
