/** Links to a run's files: its model for other programs, its curves as pictures, its epochs and log as data. */
import { useAnswer } from "../../api/use_answer.ts";
import { FileLinks } from "../../parts/file_links.tsx";
import { EXPORTS_QUERY } from "../operations.ts";

const GROUPS = [
  { of: "Curves", names: ["curves.svg", "curves.png", "curves.pdf"] },
  { of: "Epochs", names: ["history.json", "metrics.csv"] },
  { of: "Log", names: ["log.ndjson"] },
  { of: "TensorBoard", names: ["tensorboard.zip"] },
] as const;

interface RunFilesProps {
  readonly runId: string;
  /** Asks again for the model when it changes: there is none before the first checkpoint. */
  readonly version: number;
}

/** Links to the files that a run has so far. */
export function RunFiles({ runId, version }: RunFilesProps) {
  const { data } = useAnswer(EXPORTS_QUERY, { id: runId }, version);
  const folder = `/runs/${encodeURIComponent(runId)}`;
  const models = data?.run?.exports.map(({ url }) => ({
    name: url.slice(url.lastIndexOf("/") + 1),
    href: url,
  })) ?? [];
  return (
    <FileLinks
      groups={[
        ...(models.length > 0 ? [{ of: "Model", files: models }] : []),
        ...GROUPS.map(({ of, names }) => ({
          of,
          files: names.map((name) => ({ name, href: `${folder}/${name}` })),
        })),
      ]}
    />
  );
}
