/** What a checkpoint has learned as files for a paper, as the server draws them. */
import type { Checkpoint } from "./operations.ts";

const PICTURES = [
  { name: "confusion", text: "Confusion matrix" },
  { name: "kernels", text: "Kernels" },
] as const;

const FORMATS = ["svg", "png"] as const;

interface LearnedFilesProps {
  readonly runId: string;
  readonly checkpoint: Checkpoint;
}

export function LearnedFiles({ runId, checkpoint: { file, step } }: LearnedFilesProps) {
  const folder = `/runs/${encodeURIComponent(runId)}`;
  const query = new URLSearchParams({ checkpoint: file });
  return (
    <p className="panel-note run-files">
      {PICTURES.map(({ name, text }) => (
        <span key={name}>
          {text}
          {FORMATS.map((format) => (
            <a
              key={format}
              href={`${folder}/${name}.${format}?${query}`}
              download={`${name}-step-${step}.${format}`}
              aria-label={`${text}, ${format.toUpperCase()}`}
            >
              {format.toUpperCase()}
            </a>
          ))}
        </span>
      ))}
    </p>
  );
}
