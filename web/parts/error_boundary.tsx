/// <reference lib="dom" />
/** Contains a panel's crash: the rest of the page stays usable, and the panel offers a reload. */
import type { ReactNode } from "react";
import { ErrorBoundary, type FallbackProps } from "react-error-boundary";
import { errorText } from "./error_text.ts";

/** A boundary that shows the error of its children in their place. */
export function PanelErrorBoundary({ children }: { readonly children: ReactNode }) {
  return <ErrorBoundary FallbackComponent={Broken}>{children}</ErrorBoundary>;
}

function Broken({ error }: FallbackProps) {
  return (
    <section className="panel">
      <div className="panel-empty" role="alert">
        <p>
          <strong>This panel crashed.</strong>
        </p>
        <p>{errorText(error)}</p>
        <p>Runs are kept by the server, and training continues without the page.</p>
        <button type="button" className="button" onClick={() => location.reload()}>
          Reload the page
        </button>
      </div>
    </section>
  );
}
