/** The ticked runs, in the order of ticking: in a comparison, a run keeps its colour when another is added. */
import { useCallback, useState } from "react";
import { type Address, navigate } from "../../parts/address.ts";

const NONE: readonly string[] = [];

/** Returns the ticked ids. While a comparison is open they are those of its address, and a tick changes it. */
export function useTicks(address: Address) {
  const [chosen, setChosen] = useState(address.view === "compare" ? address.ids : NONE);
  const ticked = address.view === "compare" ? address.ids : chosen;
  const choose = useCallback((ids: readonly string[]) => {
    setChosen(ids);
    if (address.view !== "compare") return;
    const [first] = ids;
    navigate(
      ids.length > 1 ? { view: "compare", ids } : { view: "run", ...first && { id: first } },
      { replace: true },
    );
  }, [address.view]);
  const tick = useCallback((id: string, on: boolean) => {
    const others = ticked.filter((other) => other !== id);
    choose(on ? [...others, id] : others);
  }, [choose, ticked]);
  return { ticked, tick, choose };
}
