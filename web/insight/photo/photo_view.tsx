/// <reference lib="dom" />
/** Drop a photo and see a checkpoint's prediction: for datasets whose samples cannot be drawn by hand. */
import { type ReactNode, useState } from "react";
import { parseReference } from "../../../data/reference.ts";
import { count } from "../../../lib/format.ts";
import { request } from "../../api/request.ts";
import { useProblem } from "../../api/use_problem.ts";
import { OperationsButton } from "../../graphiql/operations_button.tsx";
import { shown } from "../../graphiql/shown_operation.ts";
import { DropArea } from "../../parts/drop_area.tsx";
import { errorText } from "../../parts/error_text.ts";
import type { RunItem } from "../../training/operations.ts";
import type { CheckpointSelection } from "../checkpoint_selection.ts";
import { NoCheckpoint } from "../no_checkpoint.tsx";
import { PREDICT_PHOTO_QUERY, TEST_PHOTO_QUERY } from "../operations.ts";
import { PhotoAnswer } from "./photo_answer.tsx";
import { readPhoto } from "./read_photo.ts";

interface PhotoViewProps {
  readonly run: RunItem;
  /** Undefined without a checkpoint. */
  readonly asked: CheckpointSelection | undefined;
  /** The control that selects the checkpoint. */
  readonly select: ReactNode;
}

/** A picture to classify. */
interface Photo {
  /** Its data URI. */
  readonly image: string;
  readonly text: string;
}

/** An area for a photo, and the prediction of the selected checkpoint. */
export function PhotoView({ run, asked, select }: PhotoViewProps) {
  const [photo, setPhoto] = useState<Photo>();
  const [problem, setProblem] = useProblem();
  const take = async (find: () => Promise<Photo | undefined>) => {
    setProblem(undefined);
    try {
      setPhoto(await find());
    } catch (problem) {
      // The picture before is not the one that was chosen.
      setPhoto(undefined);
      setProblem(errorText(problem));
    }
  };
  const takeSample = () =>
    take(async () => {
      const offset = Math.floor(Math.random() * run.testSamples);
      const { samples: { nodes: [sample] } } = await request(TEST_PHOTO_QUERY, {
        dataset: run.dataset,
        offset,
      });
      return sample && {
        image: sample.image,
        text: `Test sample ${count(sample.index)}, labelled ${sample.className}.`,
      };
    });
  return (
    <section className="insight" aria-label="Predict">
      <header className="insight-header">
        {select ?? <span />}
        <OperationsButton
          title="Predict"
          operations={() => [
            shown("Predict", PREDICT_PHOTO_QUERY, {
              runId: run.id,
              image: "data:image/png;base64,…",
              checkpoint: asked?.file ?? null,
            }),
            shown("Test sample", TEST_PHOTO_QUERY, { dataset: run.dataset, offset: 0 }),
          ]}
        />
      </header>
      <div className="draw">
        <div className="draw-hand">
          <DropArea
            label="Picture to predict"
            accept="image/*"
            onFile={(file) => {
              void take(async () => ({ image: await readPhoto(file), text: file.name }));
            }}
          >
            {photo ? <img className="photo" src={photo.image} alt={photo.text} /> : (
              <span>
                Drop a picture here, or <span className="drop-link">choose one</span>
              </span>
            )}
          </DropArea>
          <div className="buttons">
            <button type="button" className="button" onClick={takeSample}>
              Random test sample
            </button>
          </div>
          <p className="panel-note">
            {photo?.text ??
              `It is resized like the samples of ${parseReference(run.dataset).name}.`}
          </p>
        </div>
        <div className="draw-answer">
          {problem !== undefined && <p className="panel-error" role="alert">{problem}</p>}
          {asked === undefined
            ? <NoCheckpoint run={run} />
            : photo && <PhotoAnswer run={run} asked={asked} image={photo.image} />}
        </div>
      </div>
    </section>
  );
}
