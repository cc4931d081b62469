/// <reference lib="dom" />
/** The fields of a form that differ from the settings it began with. */
import { useEffect, useState } from "react";
import { type Again, changedFields } from "./again.ts";

/** @param read returns the form as it is now */
export function useChanges(again: Again | undefined, read: () => FormData) {
  const [changed, setChanged] = useState<readonly string[]>([]);
  useEffect(() => {
    // The dataset may have another version by now.
    if (again) setChanged(changedFields(read(), again.texts));
  }, [again]);
  return {
    changed,
    /** Compares again. */
    compare() {
      if (again) setChanged(changedFields(read(), again.texts));
    },
  };
}
