/** The runs ticked for the comparison, in the order of ticking: a run keeps its colour when another is added. */
import { useCallback, useState } from "react";
import { type Address, navigate } from "../../parts/address.ts";

const NONE: readonly string[] = [];

/** Returns the ticked ids. While a comparison is open they are those of its address, and a tick changes it. */
export function useTicks(address: Address) {
  const [chosen, setChosen] = useState(address.view === "compare" ? address.ids : NONE);
  const ticked = address.view === "compare" ? address.ids : chosen;
  const tick = useCallback((id: string, on: boolean) => {
    const others = ticked.filter((other) => other !== id);
    const next = on ? [...others, id] : others;
    setChosen(next);
    if (address.view !== "compare") return;
    navigate(
      next.length > 1
        ? { view: "compare", ids: next }
        : { view: "run", ...next[0] && { id: next[0] } },
      {
        replace: true,
      },
    );
  }, [address.view, ticked]);
  return { ticked, tick };
}
