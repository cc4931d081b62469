/** Two rows of ten samples with their labels, drawn by the server. */
import { useState } from "react";
import { useAnswer } from "../api/use_answer.ts";
import { PICTURE_QUERY, type PictureTheme, type Selection } from "./operations.ts";
import { svgDataUri } from "./svg_data_uri.ts";

const SHOWN = 20;

interface PictureViewProps {
  readonly selection: Selection;
  readonly theme: PictureTheme;
}

/** The first twenty samples of a selection as one picture. */
export function PictureView({ selection, theme }: PictureViewProps) {
  const [offset, setOffset] = useState(0);
  const { data, isCurrent, error } = useAnswer(PICTURE_QUERY, { ...selection, offset, theme });
  if (error !== undefined) return <p className="panel-error" role="alert">{error}</p>;
  if (!data) return <figure className="picture" aria-busy />;
  const { totalCount, picture } = data.samples;
  return (
    <>
      <figure className="picture" tabIndex={0} aria-label="Picture" aria-busy={!isCurrent}>
        <img src={svgDataUri(picture.svg)} alt={`${SHOWN} samples with their labels`} />
      </figure>
      <div className="buttons">
        <button
          type="button"
          className="button"
          disabled={offset === 0}
          onClick={() => setOffset(offset - SHOWN)}
        >
          Previous
        </button>
        <button
          type="button"
          className="button"
          disabled={offset + SHOWN >= totalCount}
          onClick={() => setOffset(offset + SHOWN)}
        >
          Next
        </button>
        <p className="panel-note picture-files">
          Save as <a href={svgDataUri(picture.svg)} download="samples.svg">SVG</a> ·{" "}
          <a href={picture.png} download="samples.png">PNG</a>
        </p>
      </div>
    </>
  );
}
