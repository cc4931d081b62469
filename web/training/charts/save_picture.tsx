/// <reference lib="dom" />
/** A button that opens a dialog with a picture of curves as the server draws it, to be saved as a file. */
import { useEffect, useState } from "react";
import { delay } from "../../../lib/delay.ts";
import type { LossScale } from "../../../pictures/chart_parts.ts";
import type { Theme } from "../../../pictures/palette.ts";
import { Choice } from "../../parts/choice.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { CURVE_DEBOUNCE_MS } from "../../timeouts.ts";

const FORMATS = ["svg", "png", "pdf"] as const;
const THEMES = [{ value: "light", text: "Light" }, { value: "dark", text: "Dark" }] as const;

interface SavePictureProps {
  /** Address of the picture without its extension: '/runs/<id>/curves'. */
  readonly path: string;
  /** Parameters of the address that the chart decides. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Title that it has by itself; empty for none. */
  readonly title: string;
  readonly lossScale: LossScale;
  /** True for a run, whose batches can be drawn too. */
  readonly hasBatches?: boolean;
}

/** A button that opens a preview of the picture with its links. */
export function SavePicture(props: SavePictureProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <button type="button" className="button button-quiet" onClick={() => setIsOpen(true)}>
        Save picture…
      </button>
      {isOpen && <PictureDialog {...props} onClose={() => setIsOpen(false)} />}
    </>
  );
}

function PictureDialog(
  { path, parameters, title: initialTitle, lossScale, hasBatches, onClose }: SavePictureProps & {
    onClose(): void;
  },
) {
  const [title, setTitle] = useState(initialTitle);
  const [theme, setTheme] = useState<Theme>("light");
  const [withBatches, setWithBatches] = useState(false);
  const query = new URLSearchParams({
    ...parameters,
    ...(withBatches ? { of: "steps" } : {}),
    ...(lossScale === "auto" ? {} : { scale: lossScale }),
    title,
    theme,
  });
  const name = path.slice(path.lastIndexOf("/") + 1);
  return (
    <Dialog title="Save picture" onClose={onClose}>
      <div className="picture-form">
        <label className="field">
          <span className="field-name">Title</span>
          <input
            className="field-input"
            value={title}
            placeholder="none"
            maxLength={200}
            autoComplete="off"
            onChange={({ currentTarget }) => setTitle(currentTarget.value)}
          />
        </label>
        <Choice label="Colours" options={THEMES} chosen={theme} onChoose={setTheme} />
        {hasBatches && (
          <label className="picture-batches">
            <input
              type="checkbox"
              checked={withBatches}
              onChange={({ currentTarget }) => setWithBatches(currentTarget.checked)}
            />
            Each batch
          </label>
        )}
      </div>
      <Preview address={`${path}.svg?${query}`} />
      <p className="buttons picture-formats">
        {FORMATS.map((format) => (
          <a
            key={format}
            className="button"
            href={`${path}.${format}?${query}`}
            download={`${name}.${format}`}
          >
            {format.toUpperCase()}
          </a>
        ))}
      </p>
    </Dialog>
  );
}

/** Shows a picture. While its title is typed, the last one stays. */
function Preview({ address }: { readonly address: string }) {
  const [shown, setShown] = useState(address);
  useEffect(() => {
    const abort = new AbortController();
    void delay(CURVE_DEBOUNCE_MS, abort.signal).then(() =>
      abort.signal.aborted || setShown(address)
    );
    return () => abort.abort();
  }, [address]);
  return <img className="picture-preview" src={shown} alt="Preview of the picture" />;
}
