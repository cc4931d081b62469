/** Links to a run's files: its curves as pictures, its epochs and log as data. */
import { FileLinks } from "../../parts/file_links.tsx";

const GROUPS = [
  { of: "Curves", names: ["curves.svg", "curves.png"] },
  { of: "Epochs", names: ["history.json"] },
  { of: "Log", names: ["log.ndjson"] },
] as const;

export function RunFiles({ runId }: { readonly runId: string }) {
  const folder = `/runs/${encodeURIComponent(runId)}`;
  return (
    <FileLinks
      groups={GROUPS.map(({ of, names }) => ({
        of,
        files: names.map((name) => ({ name, href: `${folder}/${name}` })),
      }))}
    />
  );
}
