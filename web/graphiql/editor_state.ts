/// <reference lib="dom" />
/** Operations that the page hands to GraphiQL, which may not be open or even loaded yet. */
import { createValueStore, useValue } from "../parts/value_store.ts";

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
const store = createValueStore<EditorState>({
  isOpen: localStorage.getItem(OPEN_KEY) === "open",
  waiting: undefined,
});

/** Opens or closes the pane; the choice is remembered. */
export function setEditorOpen(isOpen: boolean): void {
  localStorage.setItem(OPEN_KEY, isOpen ? "open" : "closed");
  store.set({ ...store.get(), isOpen });
}

/** Opens the pane for this visit, with an operation in a new tab. */
export function openInEditor(waiting: EditorOperation): void {
  store.set({ isOpen: true, waiting });
}

/** Takes the operation that waits for the editor. */
export function takeOperation(): EditorOperation | undefined {
  const state = store.get();
  if (state.waiting) store.set({ ...state, waiting: undefined });
  return state.waiting;
}

/** Returns the state of the pane. */
export function useEditorState(): EditorState {
  return useValue(store);
}
