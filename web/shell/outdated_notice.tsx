/// <reference lib="dom" />
/** Says that the server was upgraded while the page was open. Only the user reloads it: a form may be filled in. */
import { outdatedStore } from "../api/build.ts";
import { useValue } from "../parts/value_store.ts";

/** Shows nothing while the page is of the server's build. */
export function OutdatedNotice() {
  const isOutdated = useValue(outdatedStore);
  return (
    <span className="page-outdated" role="status">
      {isOutdated && (
        <>
          This page is of an older version.{" "}
          <button type="button" className="button" onClick={() => location.reload()}>Reload</button>
        </>
      )}
    </span>
  );
}
