/** A note on an upload of this tab that a reload broke off. */
import { useEffect, useState } from "react";
import { size } from "../../../lib/format.ts";
import { rememberedUpload } from "./remembered_upload.ts";
import { readOffset } from "./upload_requests.ts";

/** A note that names the file to choose again; nothing if no upload was broken off. */
export function UnfinishedUpload() {
  const [upload] = useState(rememberedUpload);
  const [received, setReceived] = useState<number>();
  useEffect(() => {
    const leaving = new AbortController();
    if (upload) {
      readOffset(upload.url, leaving.signal).then(setReceived, () => {
        // The dialog is closed, or the server is away: the upload itself will say so.
      });
    }
    return () => leaving.abort();
  }, [upload]);
  if (!upload || !received) return null;
  return (
    <p className="panel-note" role="status">
      {size(received)} of {size(upload.bytes)} of <strong>{upload.fileName}</strong>{" "}
      were sent before. Choose the file again, and the upload continues from there.
    </p>
  );
}
