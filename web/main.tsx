/// <reference lib="dom" />
/** The browser's entry: puts the playground on the page. */
import "./monaco_workers.ts";
import { createRoot } from "react-dom/client";
import { Playground } from "./playground.tsx";

const root = document.getElementById("root");
if (root) createRoot(root).render(<Playground />);
