/// <reference lib="dom" />
/** Imports a file: it is dropped or chosen, described, sent, and then imported on the server. */
import { type FormEvent, useEffect, useRef, useState } from "react";
import { percent, size } from "../../../lib/format.ts";
import { request } from "../../api/request.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { errorText } from "../../parts/error_text.ts";
import { DropArea } from "../../parts/drop_area.tsx";
import { ImportFields } from "./import_form.tsx";
import { IMPORT_DATASET } from "./operations.ts";
import { readImportForm } from "./read_import_form.ts";
import { uploadFile } from "./upload_file.ts";

/** Files that can be imported. */
const ACCEPT = ".zip,.tar,.gz,.tgz,.csv,.tsv,.npz,.npy,.parquet,.bin";

interface ImportDialogProps {
  /** A file that was dropped on the panel. */
  readonly dropped: File | undefined;
  onClose(): void;
  /** Called with the name of the dataset. */
  onStarted(name: string): void;
}

export function ImportDialog({ dropped, onClose, onStarted }: ImportDialogProps) {
  const [file, setFile] = useState(dropped);
  const [sent, setSent] = useState<number>();
  const [problem, setProblem] = useState<string>();
  const leaving = useRef(new AbortController());
  // The same file need not be sent again after a mistake in the form.
  const uploaded = useRef<{ readonly file: File; readonly id: string }>(undefined);
  useEffect(() => () => leaving.current.abort(), []);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!file) return;
    const settings = readImportForm(new FormData(event.currentTarget));
    setProblem(undefined);
    setSent(0);
    try {
      const id = uploaded.current?.file === file
        ? uploaded.current.id
        : await uploadFile(file, setSent, leaving.current.signal);
      uploaded.current = { file, id };
      const { importDataset } = await request(IMPORT_DATASET, {
        input: { ...settings, source: { upload: id } },
      });
      onStarted(importDataset.dataset.name);
    } catch (problem) {
      setProblem(errorText(problem));
    } finally {
      setSent(undefined);
    }
  };

  return (
    <Dialog title="Import a dataset" onClose={onClose}>
      <form className="import-form" noValidate onSubmit={submit}>
        <DropArea label="File to import" accept={ACCEPT} onFile={setFile}>
          {file
            ? (
              <span>
                <strong>{file.name}</strong>, {size(file.size)}
              </span>
            )
            : (
              <span>
                Drop a file here, or{" "}
                <span className="drop-link">choose one</span>: a zip with a folder of images for
                each class, or a CSV table
              </span>
            )}
        </DropArea>
        {file && <ImportFields key={file.name} fileName={file.name} />}
        {problem !== undefined && <p className="panel-error" role="alert">{problem}</p>}
        {sent !== undefined && (
          <p className="panel-note" role="status">
            <progress aria-label="Sent" value={sent} /> {percent(sent)} sent
          </p>
        )}
        <div className="buttons">
          <button
            type="submit"
            className="button button-primary"
            disabled={!file || sent !== undefined}
          >
            Import
          </button>
          <button type="button" className="button" onClick={onClose}>Cancel</button>
        </div>
      </form>
    </Dialog>
  );
}
