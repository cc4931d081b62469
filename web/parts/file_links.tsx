/** Download links, grouped by their subject. */

interface FileLinksProps {
  readonly groups: readonly FileGroup[];
}

/** Files on one subject. */
interface FileGroup {
  readonly of: string;
  readonly files: readonly LinkedFile[];
}

interface LinkedFile {
  /** The name under which the browser saves it. */
  readonly name: string;
  readonly href: string;
}

/** Lists of download links, one for each group. */
export function FileLinks({ groups }: FileLinksProps) {
  return (
    <p className="panel-note file-links">
      {groups.map(({ of, files }) => (
        <span key={of}>
          {of}
          {files.map(({ name, href }) => {
            const kind = name.slice(name.indexOf(".") + 1).toUpperCase();
            return (
              <a key={name} href={href} download={name} aria-label={`${of}, ${kind}`}>{kind}</a>
            );
          })}
        </span>
      ))}
    </p>
  );
}
