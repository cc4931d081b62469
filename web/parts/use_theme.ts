/// <reference lib="dom" />
/** The theme that GraphiQL shows: the user's choice in its settings, otherwise the system's. */
import { useSyncExternalStore } from "react";
import type { Theme } from "../../pictures/palette.ts";

const SYSTEM = matchMedia("(prefers-color-scheme: dark)");

function current(): Theme {
  const { classList } = document.body;
  if (classList.contains("graphiql-dark")) return "dark";
  if (classList.contains("graphiql-light")) return "light";
  return SYSTEM.matches ? "dark" : "light";
}

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributeFilter: ["class"] });
  SYSTEM.addEventListener("change", listener);
  return () => {
    observer.disconnect();
    SYSTEM.removeEventListener("change", listener);
  };
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, current);
}
