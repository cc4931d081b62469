/** A run's files, as the server makes them: its curves for a paper, its epochs for other programs. */
const FILES = [
  { name: "curves.svg", text: "SVG" },
  { name: "curves.png", text: "PNG" },
  { name: "history.json", text: "JSON" },
] as const;

export function RunFiles({ runId }: { readonly runId: string }) {
  return (
    <p className="panel-note run-files">
      Curves as {FILES.map(({ name, text }, index) => (
        <span key={name}>
          {index > 0 && " · "}
          <a href={`/runs/${encodeURIComponent(runId)}/${name}`} download={name}>{text}</a>
        </span>
      ))}
    </p>
  );
}
