/** The page's header: its views, the theme, and the switch of the GraphQL editor. */
import { setEditorOpen, useEditorState } from "../graphiql/editor_state.ts";
import { useAddress } from "../parts/address.ts";
import { BracesIcon, CurveIcon, GridIcon, MoonIcon, SunIcon } from "../parts/icons.tsx";
import { PageLink } from "../parts/page_link.tsx";
import { chooseTheme, useTheme } from "../parts/use_theme.ts";
import { OutdatedNotice } from "./outdated_notice.tsx";
import { SessionNotice } from "./session_notice.tsx";

/** The links to the panels, and the buttons for the theme and the editor. */
export function PageHeader() {
  const { view } = useAddress();
  const { isOpen } = useEditorState();
  return (
    <header className="page-header">
      <PageLink to={{ view: "run" }} className="page-brand">epochql</PageLink>
      <nav className="page-nav" aria-label="Views">
        <PageLink to={{ view: "run" }} className="page-tab" isCurrent={view !== "data"}>
          <CurveIcon />Training
        </PageLink>
        <PageLink to={{ view: "data" }} className="page-tab" isCurrent={view === "data"}>
          <GridIcon />Data
        </PageLink>
      </nav>
      <OutdatedNotice />
      <SessionNotice />
      <ThemeButton />
      <button
        type="button"
        className="page-tab"
        aria-pressed={isOpen}
        title={`${isOpen ? "Close" : "Open"} the GraphQL editor (G)`}
        onClick={() => setEditorOpen(!isOpen)}
      >
        <BracesIcon />GraphQL
      </button>
    </header>
  );
}

/** Changes to the other theme than the one that is shown. */
function ThemeButton() {
  const other = useTheme() === "dark" ? "light" : "dark";
  const label = `Change to the ${other} theme`;
  return (
    <button
      type="button"
      className="page-tab page-theme"
      aria-label={label}
      title={label}
      onClick={() => chooseTheme(other)}
    >
      {other === "dark" ? <MoonIcon /> : <SunIcon />}
    </button>
  );
}
