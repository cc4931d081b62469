/**
 * What people say of a run, and how to change it. A change shows at once; where the API refuses it, what was there
 * before comes back, and why.
 */
import { useState } from "react";
import { request } from "../../api/request.ts";
import { errorText } from "../../parts/error_text.ts";
import { type RunItem, UPDATE_RUN, type UpdateRunInput } from "../operations.ts";

/** A run's name, tags and note. */
export interface Described {
  readonly name: string;
  readonly tags: readonly string[];
  /** Empty for none. */
  readonly note: string;
}

export interface Description {
  /** As it is to be: with changes that the API has not answered to. */
  readonly shown: Described;
  /** @returns why it was not changed; undefined when it is */
  update(input: UpdateRunInput): Promise<string | undefined>;
}

export function useDescription(run: RunItem, onChanged: (run: RunItem) => void): Description {
  const [asked, setAsked] = useState<UpdateRunInput>({});
  return {
    shown: { name: run.name, tags: run.tags, note: run.note ?? "", ...asked },
    async update(input) {
      setAsked(input);
      try {
        onChanged((await request(UPDATE_RUN, { runId: run.id, input })).updateRun.run);
        return undefined;
      } catch (problem) {
        return errorText(problem);
      } finally {
        // Unless something else was asked for meanwhile.
        setAsked((now) => now === input ? {} : now);
      }
    },
  };
}
