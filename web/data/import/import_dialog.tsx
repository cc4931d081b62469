/// <reference lib="dom" />
/** Imports a file: it is dropped or chosen, described, sent, and then imported on the server. */
import { type FormEvent, useEffect, useRef, useState } from "react";
import { percent, size } from "../../../lib/format.ts";
import { request } from "../../api/request.ts";
import { useProblem } from "../../api/use_problem.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { errorText } from "../../parts/error_text.ts";
import { DropArea } from "../../parts/drop_area.tsx";
import { ImportFields } from "./import_form.tsx";
import { IMPORT_DATASET } from "./operations.ts";
import { readImportForm } from "./read_import_form.ts";
import { forgetUpload } from "./remembered_upload.ts";
import { UnfinishedUpload } from "./unfinished_upload.tsx";
import { uploadFile, type UploadProgress } from "./upload_file.ts";

/** Files that can be imported. */
const ACCEPT = ".zip,.tar,.gz,.tgz,.csv,.tsv,.npz,.npy,.parquet,.bin";

interface ImportDialogProps {
  /** A file that was dropped on the panel. */
  readonly dropped: File | undefined;
  onClose(): void;
  /** Called with the name of the dataset. */
  onStarted(name: string): void;
}

/** The dialog of an import, from the choice of a file to its upload. */
export function ImportDialog({ dropped, onClose, onStarted }: ImportDialogProps) {
  const [file, setFile] = useState(dropped);
  const [sent, setSent] = useState<UploadProgress>();
  const [problem, setProblem] = useProblem();
  const leaving = useRef(new AbortController());
  useEffect(() => () => leaving.current.abort(), []);

  const take = (chosen: File) => {
    setFile(chosen);
    setProblem(undefined);
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!file) return;
    if (file.size === 0) return setProblem("The file is empty.");
    const settings = readImportForm(new FormData(event.currentTarget));
    setProblem(undefined);
    setSent({ share: 0, problem: undefined });
    try {
      const id = await uploadFile(file, { onProgress: setSent, signal: leaving.current.signal });
      const { importDataset } = await request(IMPORT_DATASET, {
        input: { ...settings, source: { upload: id } },
      });
      forgetUpload();
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
        <DropArea label="File to import" accept={ACCEPT} onFile={take}>
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
        {!file && <UnfinishedUpload />}
        {sent && (
          <p className="panel-note" role="status">
            <progress aria-label="Sent" value={sent.share} /> {percent(sent.share)} sent
            {sent.problem !== undefined && `. Waiting for the server: ${sent.problem}`}
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
