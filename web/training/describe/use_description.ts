/**
 * A run's name, tags and note, and how to change them. A change shows at once; if the API refuses it, the old
 * values come back with the reason.
 */
import { useState } from "react";
import { request } from "../../api/request.ts";
import { errorText } from "../../parts/error_text.ts";
import { type RunItem, UPDATE_RUN } from "../operations.ts";

/** A run's name, tags and note. */
export interface Described {
  readonly name: string;
  readonly tags: readonly string[];
  /** Empty for none. */
  readonly note: string;
}

export interface Description {
  /** The description with the changes that the API has not confirmed yet. */
  readonly shown: Described;
  /** @returns the API's reason for refusing the change; undefined if it took effect */
  update(input: Partial<Described>): Promise<string | undefined>;
}

/** Returns a run's description with the functions that change it. */
export function useDescription(run: RunItem, onChanged: (run: RunItem) => void): Description {
  const [pending, setPending] = useState<Partial<Described>>({});
  return {
    shown: { name: run.name, tags: run.tags, note: run.note ?? "", ...pending },
    async update(input) {
      setPending(input);
      try {
        onChanged((await request(UPDATE_RUN, { runId: run.id, input })).updateRun.run);
        return undefined;
      } catch (problem) {
        return errorText(problem);
      } finally {
        // Another change may have been made meanwhile.
        setPending((now) => now === input ? {} : now);
      }
    },
  };
}
