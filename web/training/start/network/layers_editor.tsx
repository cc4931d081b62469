/// <reference lib="dom" />
/** An editor for layers, with completion and the problems where they are. It is Monaco, as in GraphiQL. */
import * as monaco from "monaco-editor";
import { type RefObject, useEffect, useId, useRef } from "react";
import { useTheme } from "../../../parts/use_theme.ts";
import type { TextRange } from "./layers_text.ts";
import { suggest } from "./completion.ts";

/** A problem of the text. */
export interface TextProblem extends TextRange {
  readonly message: string;
  readonly severity: "error" | "warning";
}

interface LayersEditorProps {
  readonly text: string;
  readonly problems: readonly TextProblem[];
  /** Fills in the form with all settings of the text; undefined where it has none but the network. */
  readonly onFill?: (() => void) | undefined;
  onChange(text: string): void;
  /** Called after a paste, with the text and what it was before. */
  onPaste(text: string, before: string): void;
}

type Editor = monaco.editor.IStandaloneCodeEditor;

const LANGUAGE = "epochql-layers";
const OWNER = "layers";

/** An editor that marks the problems of the layers. */
export function LayersEditor({ text, problems, onFill, onChange, onPaste }: LayersEditorProps) {
  const theme = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor>(null);
  const handlers = useRef({ onChange, onPaste });
  const problemsId = useId();
  useEffect(() => {
    handlers.current = { onChange, onPaste };
  });

  useEffect(() => {
    if (!box.current) return;
    registerLanguage();
    const created = monaco.editor.create(box.current, {
      value: text,
      language: LANGUAGE,
      ariaLabel: "Layers of the network",
      automaticLayout: true,
      // Completions and hovers may reach beyond the box that clips the editor.
      fixedOverflowWidgets: true,
      fontSize: 13,
      folding: false,
      lineNumbersMinChars: 3,
      minimap: { enabled: false },
      // It fails in an editor that is gone before it was due, as after a paste.
      occurrencesHighlight: "off",
      overviewRulerLanes: 0,
      padding: { top: 8, bottom: 8 },
      scrollBeyondLastLine: false,
      tabSize: 2,
      wordWrap: "on",
      // Tab leaves the editor, as it leaves every field of a form.
      tabFocusMode: true,
    });
    editor.current = created;
    let [before, now] = [text, text];
    created.onDidChangeModelContent(() => {
      [before, now] = [now, created.getValue()];
      handlers.current.onChange(now);
    });
    // The editor may be gone then, which it must not be while it pastes.
    created.onDidPaste(() => setTimeout(() => handlers.current.onPaste(now, before)));
    return () => {
      created.getModel()?.dispose();
      created.dispose();
      editor.current = null;
    };
    // The editor keeps its text: it is set below where it changes from outside.
  }, []);

  useEffect(() => monaco.editor.setTheme(theme === "dark" ? "vs-dark" : "vs"), [theme]);

  useEffect(() => {
    const current = editor.current;
    if (current && current.getValue() !== text) current.setValue(text);
  }, [text]);

  useMarkers(editor, problems);

  return (
    <div className="layers">
      <div
        ref={box}
        className="layers-editor"
        data-testid="layers"
        aria-describedby={problemsId}
      />
      <Problems id={problemsId} text={text} problems={problems} />
      {onFill && (
        <button type="button" className="button layers-fill" onClick={onFill}>
          Fill in the form with all of them
        </button>
      )}
    </div>
  );
}

function Problems(
  { id, text, problems }: Pick<LayersEditorProps, "text" | "problems"> & { readonly id: string },
) {
  return (
    <ul id={id} className="layers-problems" aria-live="polite">
      {problems.map(({ message, severity, start }) => (
        <li key={`${start} ${message}`} data-severity={severity}>
          <span className="layers-line">Line {lineAt(text, start)}</span>
          <span>{message}</span>
        </li>
      ))}
    </ul>
  );
}

/** Returns the line of a place in a text, from 1. */
function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** Marks problems in the text. */
function useMarkers(
  editor: RefObject<Editor | null>,
  problems: readonly TextProblem[],
): void {
  useEffect(() => {
    const model = editor.current?.getModel();
    if (!model) return;
    monaco.editor.setModelMarkers(
      model,
      OWNER,
      problems.map(({ start, end, message, severity }) => {
        const [from, to] = [
          model.getPositionAt(start),
          model.getPositionAt(Math.max(end, start + 1)),
        ];
        return {
          startLineNumber: from.lineNumber,
          startColumn: from.column,
          endLineNumber: to.lineNumber,
          endColumn: to.column,
          message,
          severity: monaco.MarkerSeverity[severity === "error" ? "Error" : "Warning"],
        };
      }),
    );
  }, [editor, problems]);
}

let isRegistered = false;

/** Teaches Monaco the language of layers, once: the tokens of GraphQL's values, and completion. */
function registerLanguage(): void {
  if (isRegistered) return;
  isRegistered = true;
  monaco.languages.register({ id: LANGUAGE });
  monaco.languages.setLanguageConfiguration(LANGUAGE, {
    comments: { lineComment: "#" },
    brackets: [["{", "}"], ["[", "]"]],
    autoClosingPairs: [
      { open: "{", close: "}" },
      { open: "[", close: "]" },
      { open: '"', close: '"' },
    ],
  });
  monaco.languages.setMonarchTokensProvider(LANGUAGE, {
    tokenizer: {
      root: [
        [/#.*$/, "comment"],
        [/"(?:[^"\\]|\\.)*"?/, "string"],
        [/-?\d+(\.\d+)?([eE][+-]?\d+)?/, "number"],
        [/\b(true|false|null)\b/, "keyword"],
        [/\b[A-Z][A-Z0-9_]*\b/, "type"],
        [/[A-Za-z_]\w*(?=\s*:)/, "key"],
        [/[{}[\]]/, "@brackets"],
      ],
    },
  });
  monaco.languages.registerCompletionItemProvider(LANGUAGE, {
    triggerCharacters: ["{", "[", " ", ":"],
    provideCompletionItems(model, position) {
      const word = model.getWordUntilPosition(position);
      const before = model.getValueInRange({
        startLineNumber: 1,
        startColumn: 1,
        endLineNumber: position.lineNumber,
        endColumn: word.startColumn,
      });
      const range = {
        startLineNumber: position.lineNumber,
        endLineNumber: position.lineNumber,
        startColumn: word.startColumn,
        endColumn: word.endColumn,
      };
      return {
        suggestions: suggest(before).map(({ label, insert, detail, documentation }, at) => ({
          label: { label, description: detail },
          insertText: insert,
          insertTextRules: monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet,
          documentation,
          kind: monaco.languages.CompletionItemKind.Property,
          sortText: String(at).padStart(3, "0"),
          range,
        })),
      };
    },
  });
}
