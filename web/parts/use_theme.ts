/// <reference lib="dom" />
/** The theme of the whole page: the user's choice, remembered, or the system's. */
import type { Theme } from "../../pictures/palette.ts";
import { createValueStore, useValue } from "./value_store.ts";

/** The user's choice. */
export type ThemeChoice = "system" | Theme;

/** Name that GraphiQL has always stored the choice under. */
const KEY = "graphiql:theme";
const SYSTEM = matchMedia("(prefers-color-scheme: dark)");

const choice = createValueStore(storedChoice());
const shown = createValueStore(shownTheme());

function storedChoice(): ThemeChoice {
  const stored = localStorage.getItem(KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

function shownTheme(): Theme {
  const chosen = choice.get();
  return chosen === "system" ? SYSTEM.matches ? "dark" : "light" : chosen;
}

/** Changes the theme, now and for later visits. */
export function chooseTheme(chosen: ThemeChoice): void {
  if (chosen === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, chosen);
  choice.set(chosen);
  applyTheme();
}

/** Shows the chosen theme. Styles follow from the attribute. */
export function applyTheme(): void {
  shown.set(shownTheme());
  document.documentElement.dataset.theme = shown.get();
}
SYSTEM.addEventListener("change", applyTheme);

/** Returns the theme that the page shows. */
export function useTheme(): Theme {
  return useValue(shown);
}

/** Returns the user's choice. */
export function useThemeChoice(): ThemeChoice {
  return useValue(choice);
}
