/// <reference lib="dom" />
/** A checkpoint's name, edited in place: Enter saves it, an empty one removes it. */
import { type FormEvent, useRef, useState } from "react";
import { request } from "../../api/request.ts";
import { errorText } from "../../parts/error_text.ts";
import { type Checkpoint, NAME_CHECKPOINT, type RunItem } from "../operations.ts";

interface CheckpointNameProps {
  readonly runId: string;
  readonly checkpoint: Checkpoint;
  onChanged(run: RunItem): void;
  /** Called with the API's reason for a refusal, and with undefined at the next attempt. */
  onRefused(message: string | undefined): void;
}

/** The name of a checkpoint, or a field for it while it is edited. */
export function CheckpointName(props: CheckpointNameProps) {
  const { runId, checkpoint: { file, name, step }, onChanged, onRefused } = props;
  const [written, setWritten] = useState<string>();
  const edit = useRef<HTMLButtonElement>(null);

  const close = () => {
    setWritten(undefined);
    onRefused(undefined);
    requestAnimationFrame(() => edit.current?.focus());
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const wanted = written?.trim() || null;
    if (wanted === name) return close();
    onRefused(undefined);
    try {
      const { nameCheckpoint: { run } } = await request(NAME_CHECKPOINT, {
        runId,
        checkpoint: file,
        name: wanted,
      });
      onChanged(run);
      close();
    } catch (problem) {
      onRefused(errorText(problem));
    }
  };

  if (written === undefined) {
    return (
      <button
        ref={edit}
        type="button"
        className="link-button"
        aria-label={name === null
          ? `Name the checkpoint of step ${step}`
          : `Rename the checkpoint ${name}`}
        onClick={() => setWritten(name ?? "")}
      >
        {name ?? "Name"}
      </button>
    );
  }
  return (
    <form onSubmit={save}>
      <input
        className="tag-input"
        aria-label={`Name of the checkpoint of step ${step}`}
        placeholder="Name, then Enter"
        autoFocus
        autoComplete="off"
        spellCheck={false}
        value={written}
        onChange={({ target }) => setWritten(target.value)}
        onKeyDown={({ key }) => key === "Escape" && close()}
      />
    </form>
  );
}
