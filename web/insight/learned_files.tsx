/** Links to the pictures of a checkpoint's evaluation. */
import { FileLinks } from "../parts/file_links.tsx";
import type { Checkpoint } from "./operations.ts";

const PICTURES = [
  { of: "Confusion matrix", name: "confusion" },
  { of: "Kernels", name: "kernels" },
] as const;

interface LearnedFilesProps {
  readonly runId: string;
  readonly checkpoint: Checkpoint;
  readonly hasKernels: boolean;
}

/** Links to these pictures in each format. */
export function LearnedFiles({ runId, checkpoint, hasKernels }: LearnedFilesProps) {
  const { file, step } = checkpoint;
  const folder = `/runs/${encodeURIComponent(runId)}`;
  const query = new URLSearchParams({ checkpoint: file });
  return (
    <FileLinks
      groups={PICTURES.filter(({ name }) => name !== "kernels" || hasKernels).map((
        { of, name },
      ) => ({
        of,
        files: ["svg", "png"].map((format) => ({
          name: `${name}-step-${step}.${format}`,
          href: `${folder}/${name}.${format}?${query}`,
        })),
      }))}
    />
  );
}
