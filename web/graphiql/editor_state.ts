/// <reference lib="dom" />
/** Operations that the page hands to GraphiQL, which may not be open or even loaded yet. */
import { useSyncExternalStore } from "react";

/** An operation as a tab of GraphiQL holds it. */
export interface EditorOperation {
  readonly query: string;
  /** JSON. */
  readonly variables?: string;
}

/** State of the GraphQL pane. */
export interface EditorState {
  readonly isOpen: boolean;
  /** The operation that waits for the editor. */
  readonly waiting: EditorOperation | undefined;
}

const OPEN_KEY = "epochql:graphql";
const listeners = new Set<() => void>();
let state: EditorState = {
  isOpen: localStorage.getItem(OPEN_KEY) === "open",
  waiting: undefined,
};

function change(next: EditorState): void {
  state = next;
  for (const listener of listeners) listener();
}

/** Opens or closes the pane; the choice is remembered. */
export function setEditorOpen(isOpen: boolean): void {
  localStorage.setItem(OPEN_KEY, isOpen ? "open" : "closed");
  change({ ...state, isOpen });
}

/** Opens the pane for this visit, with an operation in a new tab. */
export function openInEditor(waiting: EditorOperation): void {
  change({ isOpen: true, waiting });
}

/** Takes the operation that waits for the editor. */
export function takeOperation(): EditorOperation | undefined {
  const { waiting } = state;
  if (waiting) change({ ...state, waiting: undefined });
  return waiting;
}

/** Returns the state of the pane. */
export function useEditorState(): EditorState {
  return useSyncExternalStore(subscribe, () => state);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
