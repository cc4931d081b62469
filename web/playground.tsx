/// <reference lib="dom" />
/**
 * The page: GraphiQL over the full window, with the panels as plugins and the example operations as its
 * first tabs. ?query=, ?variables= and ?headers= fill a tab.
 */
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import type { GraphiQLPlugin } from "@graphiql/react";
import { GraphiQL } from "graphiql";
import { dataPlugin } from "./data/plugin.tsx";
import { EXAMPLES } from "./examples.ts";
import { fetcher } from "./fetcher.ts";
import { isNarrow } from "./parts/is_narrow.ts";
import { trainingPlugin } from "./training/plugin.tsx";

// GraphiQL compares plugins by identity: one array for the life of the page.
const PLUGINS: GraphiQLPlugin[] = [trainingPlugin, dataPlugin, HISTORY_PLUGIN];

const PANEL_WIDTH_KEY = "graphiql:docExplorerFlex";
const VISIBLE_PLUGIN_KEY = "graphiql:visiblePlugin";

/** Renders the whole page. */
export function Playground() {
  const params = new URLSearchParams(location.search);
  const query = params.get("query");
  const variables = params.get("variables");
  const headers = params.get("headers");
  const given = query === null ? [] : [{ query, variables, headers }];
  // Until the user drags the bar, the panel is as wide as the editors (GraphiQL: a third).
  if (localStorage.getItem(PANEL_WIDTH_KEY) === null) localStorage.setItem(PANEL_WIDTH_KEY, "1");
  const panel = opensPanel(query !== null) ? { visiblePlugin: trainingPlugin } : {};
  return (
    <GraphiQL
      fetcher={fetcher}
      defaultTabs={[...given, ...EXAMPLES]}
      plugins={PLUGINS}
      {...panel}
      {...(query === null ? {} : { initialQuery: query })}
      {...(variables === null ? {} : { initialVariables: variables })}
      {...(headers === null ? {} : { initialHeaders: headers })}
    >
      <GraphiQL.Logo>
        <span className="page-brand">epochql</span>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

/**
 * Returns true unless the user closed the panel, or followed a link to an operation and has room for one
 * only.
 */
function opensPanel(cameForOperation: boolean): boolean {
  const closed = localStorage.getItem(VISIBLE_PLUGIN_KEY) === "";
  return !closed && !(cameForOperation && isNarrow());
}
