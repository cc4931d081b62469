/// <reference lib="dom" />
/** The browser's entry point: renders the playground. */
import "./monaco_workers.ts";
import { createRoot } from "react-dom/client";
import { Playground } from "./playground.tsx";

const root = document.getElementById("root");
if (root) createRoot(root).render(<Playground />);
