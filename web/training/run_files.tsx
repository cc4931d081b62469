/** A run's files, as the server makes them: its curves for a paper, its epochs and its log for other programs. */
const FILES = [
  { name: "curves.svg", of: "Curves", text: "SVG" },
  { name: "curves.png", of: "", text: "PNG" },
  { name: "history.json", of: "Epochs", text: "JSON" },
  { name: "log.ndjson", of: "Log", text: "NDJSON" },
] as const;

export function RunFiles({ runId }: { readonly runId: string }) {
  return (
    <p className="panel-note run-files">
      {FILES.map(({ name, of, text }) => (
        <span key={name}>
          {of} <a href={`/runs/${encodeURIComponent(runId)}/${name}`} download={name}>{text}</a>
        </span>
      ))}
    </p>
  );
}
