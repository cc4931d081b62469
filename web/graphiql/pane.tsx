/// <reference lib="dom" />
/**
 * GraphiQL beside the panels, with example operations as its first tabs. ?query=, ?variables= and ?headers= fill a tab.
 */
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { type GraphiQLPlugin, pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { GraphiQL } from "graphiql";
import { useEffect } from "react";
import { useTheme, useThemeChoice } from "../parts/use_theme.ts";
import { takeOperation, useEditorState } from "./editor_state.ts";
import { EXAMPLES } from "./examples.ts";
import { fetcher } from "./fetcher.ts";

// GraphiQL compares plugins by identity: one array for the life of the page.
const PLUGINS: GraphiQLPlugin[] = [HISTORY_PLUGIN];

/** Renders GraphiQL. */
export function GraphqlPane() {
  const params = new URLSearchParams(location.search);
  const query = params.get("query");
  const variables = params.get("variables");
  const headers = params.get("headers");
  const given = query === null ? [] : [{ query, variables, headers }];
  const theme = useThemeChoice();
  return (
    <GraphiQL
      fetcher={fetcher}
      forcedTheme={theme}
      defaultTabs={[...given, ...EXAMPLES]}
      plugins={PLUGINS}
      {...(query === null ? {} : { initialQuery: query })}
      {...(variables === null ? {} : { initialVariables: variables })}
      {...(headers === null ? {} : { initialHeaders: headers })}
    >
      <GraphiQL.Logo>
        <OperationReceiver />
        <EditorLook />
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

/** Opens operations that the panels hand over, each in a new tab. Renders nothing; it needs GraphiQL's context. */
function OperationReceiver() {
  const { waiting } = useEditorState();
  const { addTab } = useGraphiQLActions();
  const { queryEditor, variableEditor } = useGraphiQL(pick("queryEditor", "variableEditor"));
  useEffect(() => {
    if (!waiting || !queryEditor || !variableEditor) return;
    const operation = takeOperation();
    if (!operation) return;
    addTab();
    queryEditor.setValue(`${operation.query}\n`);
    variableEditor.setValue(operation.variables ?? "");
    queryEditor.focus();
  }, [waiting, queryEditor, variableEditor, addTab]);
  return null;
}

/**
 * Makes the editor follow the page, and breaks long lines: beside a panel, the first line of most operations is longer
 * than the editor is wide. Renders nothing; it needs GraphiQL's context.
 */
function EditorLook() {
  const theme = useTheme();
  const choice = useThemeChoice();
  const { setTheme } = useGraphiQLActions();
  const { queryEditor } = useGraphiQL(pick("queryEditor"));
  useEffect(() => {
    // GraphiQL looks at the system's theme once.
    setTheme(choice === "system" ? null : choice);
  }, [theme, choice, setTheme]);
  useEffect(() => queryEditor?.updateOptions({ wordWrap: "on" }), [queryEditor]);
  return null;
}
