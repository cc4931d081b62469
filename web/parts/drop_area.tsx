/// <reference lib="dom" />
/** An area that a file is dropped on, or chosen by. */
import { type ReactNode, useState } from "react";

interface DropAreaProps {
  /** The name of the field that chooses a file. */
  readonly label: string;
  /** Kinds of files, as of an <input>: '.zip,.csv'. */
  readonly accept: string;
  readonly children: ReactNode;
  onFile(file: File): void;
}

/** An area that takes one file, which is dropped or chosen. */
export function DropArea({ label, accept, children, onFile }: DropAreaProps) {
  const [isOver, setOver] = useState(false);
  return (
    <label
      className="drop-area"
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const [file] = event.dataTransfer.files;
        if (file) onFile(file);
      }}
    >
      <input
        type="file"
        className="hidden-text"
        aria-label={label}
        accept={accept}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file) onFile(file);
          // The same file may be chosen again.
          target.value = "";
        }}
      />
      {children}
    </label>
  );
}
