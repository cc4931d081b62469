/// <reference lib="dom" />
/** Draw a digit and see a checkpoint's prediction, live while the pen moves and the run is trained. */
import { type ReactNode, useMemo, useState } from "react";
import { request } from "../../api/request.ts";
import { useAnswer } from "../../api/use_answer.ts";
import { useProblem } from "../../api/use_problem.ts";
import { count } from "../../../lib/format.ts";
import { errorText } from "../../parts/error_text.ts";
import { OperationsButton } from "../../graphiql/operations_button.tsx";
import { shown } from "../../graphiql/shown_operation.ts";
import type { RunItem } from "../../training/operations.ts";
import type { CheckpointSelection } from "../checkpoint_selection.ts";
import { type Drawing, isEmpty, NOTHING, pixelsOf, strokesOf, useDrawing } from "./drawing.ts";
import { DrawingArea } from "./drawing_area.tsx";
import { Guess } from "./guess.tsx";
import { NoCheckpoint } from "../no_checkpoint.tsx";
import { CLASSES_QUERY, PREDICT_QUERY, TEST_SAMPLE_QUERY } from "../operations.ts";
import { ProbabilityBars } from "./probability_bars.tsx";
import { SeenPicture } from "./seen_picture.tsx";
import { SIDE } from "./strokes.ts";
import { usePrediction } from "./use_prediction.ts";

interface DrawViewProps {
  readonly run: RunItem;
  /** undefined without a checkpoint. */
  readonly asked: CheckpointSelection | undefined;
  readonly dataset: string;
  /** The control that selects the checkpoint. */
  readonly select: ReactNode;
}

const NO_VARIABLES = {};
const BLANK = new Array<number>(SIDE * SIDE).fill(0);

/** The drawing area, the network's input, and the prediction of the selected checkpoint. */
export function DrawView({ run, asked, dataset, select }: DrawViewProps) {
  const [drawing, setDrawing] = useDrawing();
  const [isPenDown, setPenDown] = useState(false);
  const [problem, setProblem] = useProblem();
  const pixels = useMemo(() => pixelsOf(drawing), [drawing]);
  const { prediction, isCurrent, error } = usePrediction(run.id, pixels, asked);
  const datasets = useAnswer(CLASSES_QUERY, NO_VARIABLES).data?.datasets;
  const classes = datasets?.find(({ name }) => name === dataset)?.classes ?? [];

  const draw = (drawing: Drawing) => {
    setProblem(undefined);
    setDrawing(drawing);
  };
  const takeSample = async () => {
    const offset = Math.floor(Math.random() * run.testSamples);
    try {
      const { samples: { nodes: [sample] } } = await request(TEST_SAMPLE_QUERY, {
        dataset,
        offset,
      });
      if (sample) draw({ kind: "sample", sample });
    } catch (problem) {
      setProblem(errorText(problem));
    }
  };

  const said = problem ?? error;
  return (
    <section className="insight" aria-label="Draw a digit">
      <header className="insight-header">
        {select ?? <span />}
        <OperationsButton
          title="Draw a digit"
          operations={() => [
            shown("Predict", PREDICT_QUERY, {
              runId: run.id,
              pixels: pixels ?? BLANK,
              checkpoint: asked?.file ?? null,
            }),
            shown("Test sample", TEST_SAMPLE_QUERY, { dataset, offset: 0 }),
          ]}
        />
      </header>
      <div className="draw">
        <div className="draw-hand">
          <DrawingArea drawing={drawing} onDraw={draw} onPen={setPenDown} />
          <DrawingButtons drawing={drawing} onDraw={draw} onSample={takeSample} />
          <p className="panel-note">
            {drawing.kind === "sample"
              ? `Test sample ${count(drawing.sample.index)}, labelled ${drawing.sample.className}.`
              : "Draw with mouse, finger or pen, or try a random test image."}
          </p>
        </div>
        <div className="draw-answer">
          {said && <p className="panel-error" role="alert">{said}</p>}
          {asked
            ? <Guess drawing={drawing} prediction={prediction} isPenDown={isPenDown} />
            : <NoCheckpoint run={run} />}
          <ProbabilityBars
            classes={classes}
            probabilities={prediction?.probabilities}
            isCurrent={isCurrent}
          />
          <SeenPicture pixels={pixels} />
        </div>
      </div>
    </section>
  );
}

interface DrawingButtonsProps {
  readonly drawing: Drawing;
  onDraw(drawing: Drawing): void;
  /** Called to draw a random sample of the test set. */
  onSample(): void;
}

function DrawingButtons({ drawing, onDraw, onSample }: DrawingButtonsProps) {
  const strokes = strokesOf(drawing);
  return (
    <div className="buttons">
      <button
        type="button"
        className="button"
        disabled={strokes.length === 0}
        onClick={() => onDraw({ kind: "strokes", strokes: strokes.slice(0, -1) })}
      >
        Undo
      </button>
      <button
        type="button"
        className="button"
        disabled={isEmpty(drawing)}
        onClick={() => onDraw(NOTHING)}
      >
        Clear
      </button>
      <button type="button" className="button" onClick={onSample}>Random test digit</button>
    </div>
  );
}
