/** Files to keep, as links: of what they are, and each by its kind. */

interface FileLinksProps {
  readonly groups: readonly FileGroup[];
}

/** Files of one thing. */
interface FileGroup {
  readonly of: string;
  readonly files: readonly LinkedFile[];
}

interface LinkedFile {
  /** What it is called when it is kept. */
  readonly name: string;
  readonly href: string;
}

export function FileLinks({ groups }: FileLinksProps) {
  return (
    <p className="panel-note file-links">
      {groups.map(({ of, files }) => (
        <span key={of}>
          {of}
          {files.map(({ name, href }) => {
            const kind = name.split(".").at(-1)?.toUpperCase();
            return (
              <a key={name} href={href} download={name} aria-label={`${of}, ${kind}`}>{kind}</a>
            );
          })}
        </span>
      ))}
    </p>
  );
}
