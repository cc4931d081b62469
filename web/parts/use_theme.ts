/// <reference lib="dom" />
/** The theme of the whole page: the user's choice, remembered, or the system's. */
import { useSyncExternalStore } from "react";
import type { Theme } from "../../pictures/palette.ts";

/** The user's choice. */
export type ThemeChoice = "system" | Theme;

/** Name that GraphiQL has always stored the choice under. */
const KEY = "graphiql:theme";
const SYSTEM = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

/** Returns the user's choice. */
export function themeChoice(): ThemeChoice {
  const stored = localStorage.getItem(KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

/** Changes the theme, now and for later visits. */
export function chooseTheme(choice: ThemeChoice): void {
  if (choice === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, choice);
  applyTheme();
}

/** Shows the chosen theme. Styles follow from the attribute. */
export function applyTheme(): void {
  document.documentElement.dataset.theme = shownTheme();
  for (const listener of listeners) listener();
}
SYSTEM.addEventListener("change", applyTheme);

function shownTheme(): Theme {
  const choice = themeChoice();
  return choice === "system" ? SYSTEM.matches ? "dark" : "light" : choice;
}

/** Returns the theme that the page shows. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, shownTheme);
}

/** Returns the user's choice. */
export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, themeChoice);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
