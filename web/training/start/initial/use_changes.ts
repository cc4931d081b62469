/// <reference lib="dom" />
/** The fields of a form that differ from the settings it began with. */
import { useEffect, useState } from "react";
import { changedFields, type InitialForm } from "./initial_form.ts";

/** @param read returns the form as it is now */
export function useChanges(initial: InitialForm | undefined, read: () => FormData) {
  const [changed, setChanged] = useState<readonly string[]>([]);
  useEffect(() => {
    // The dataset may have another version by now.
    if (initial) setChanged(changedFields(read(), initial.texts));
  }, [initial]);
  return {
    changed,
    /** Compares again. */
    compare() {
      if (initial) setChanged(changedFields(read(), initial.texts));
    },
  };
}
