/// <reference lib="dom" />
/** The browser's entry point: renders the page. */
import { createRoot } from "react-dom/client";
import { applyTheme } from "./parts/use_theme.ts";
import { Page } from "./shell/page.tsx";

applyTheme();
const root = document.getElementById("root");
if (root) createRoot(root).render(<Page />);
