/** The form that starts a training: with the defaults, or with the settings of a run. */
import { type ReactNode, useMemo, useState } from "react";
import { useAnswer } from "../../api/use_answer.ts";
import type { Address } from "../../parts/address.ts";
import { RUN_INPUT_QUERY, type RunItem } from "../operations.ts";
import { firstTraining } from "../../../ml/spec/enough_steps.ts";
import { type InitialForm, initialFormOf } from "./initial/initial_form.ts";
import { useTrainable } from "./dataset/use_trainable.ts";
import { DEFAULT_RECIPE } from "../../../ml/spec/recipes.ts";
import { fittingNetwork } from "./network/network_select.tsx";
import { StartForm } from "./start_form.tsx";

interface StartViewProps {
  readonly address: Extract<Address, { view: "new" }>;
  /** True if there are no runs yet. */
  readonly isFirst: boolean;
  onStarted(runs: readonly RunItem[]): void;
}

/** The form for an address: it begins with the settings of the run, or the dataset, that it names. */
export function StartView({ address, isFirst, onStarted }: StartViewProps) {
  const { like, epoch, dataset } = address;
  if (dataset !== undefined) return <StartOn key={dataset} {...{ dataset, onStarted }} />;
  if (like !== undefined) {
    return <StartAgain key={`${like} ${epoch}`} {...{ like, epoch, onStarted }} />;
  }
  return (
    <>
      <FillableForm onStarted={onStarted} />
      {isFirst && (
        <div className="panel-empty">
          <p>
            <strong>Nothing has been trained yet.</strong>
          </p>
          <p>
            Press{" "}
            <em>Start training</em>: a small network learns to read handwritten digits, and its
            curve draws itself here, batch by batch.
          </p>
        </div>
      )}
    </>
  );
}

interface StartOnProps {
  readonly dataset: string;
  onStarted(runs: readonly RunItem[]): void;
}

/** The form with a dataset chosen, and a network that takes its samples. */
function StartOn({ dataset: name, onStarted }: StartOnProps) {
  const { datasets, loaded } = useTrainable(0);
  const initial = useMemo(() => {
    const found = datasets.find((dataset) => dataset.name === name);
    const isFit = !found || fittingNetwork(DEFAULT_RECIPE, found) === undefined;
    if (isFit) return initialFormOf({ dataset: name }, datasets);
    const { preset, ...settings } = firstTraining(found.kind ?? "images", found.trainSize);
    return initialFormOf({ dataset: name, network: { preset }, ...settings }, datasets);
  }, [loaded, name]);
  if (!loaded) return <div className="start" aria-busy="true" />;
  return <FillableForm initial={initial} onStarted={onStarted} />;
}

interface FillableFormProps {
  readonly initial?: InitialForm;
  /** Says where the settings come from, until others fill in the form. */
  readonly children?: ReactNode;
  onStarted(runs: readonly RunItem[]): void;
}

/** The form, which starts anew where settings that were written as text fill it. */
function FillableForm({ initial, children, onStarted }: FillableFormProps) {
  const { datasets } = useTrainable(0);
  const [{ texts, before, times }, setFilled] = useState<Filled>({ texts: initial, times: 0 });
  return (
    <>
      {before === undefined && children}
      <StartForm
        key={times}
        initial={texts}
        datasets={datasets}
        onUndo={before && (() => setFilled({ texts: before, times: times + 1 }))}
        onFill={(settings, before) =>
          setFilled({ texts: initialFormOf(settings, datasets), before, times: times + 1 })}
        onStarted={onStarted}
      />
    </>
  );
}

/** The beginning of a form that may be filled from text. */
interface Filled {
  readonly texts: InitialForm | undefined;
  /** The form before a text filled it. */
  readonly before?: InitialForm;
  /** The number of times that it was filled. */
  readonly times: number;
}

interface StartAgainProps {
  readonly like: string;
  /** The epoch whose weights the training begins with. */
  readonly epoch: number | undefined;
  onStarted(runs: readonly RunItem[]): void;
}

function StartAgain({ like, epoch, onStarted }: StartAgainProps) {
  const { data, error } = useAnswer(RUN_INPUT_QUERY, { id: like });
  const { datasets, loaded } = useTrainable(0);
  const run = data?.run;
  const initial = useMemo(() => {
    if (!run || !loaded) return undefined;
    const { texts, ...network } = initialFormOf(run.input, datasets);
    const start = epoch === undefined ? {} : { startFrom: `${like}@${epoch}` };
    return { ...network, texts: { ...texts, ...start } };
  }, [run, loaded, like, epoch]);
  if (error) return <p className="panel-error" role="alert">{error}</p>;
  if (run === null) return <p className="panel-error" role="alert">There is no such run.</p>;
  if (!run || !initial) return <div className="start" aria-busy="true" />;
  return (
    <FillableForm initial={initial} onStarted={onStarted}>
      <p className="panel-note">
        With the settings of <strong>{run.name}</strong>
        {epoch !== undefined && `, from its weights after epoch ${epoch}`}.
      </p>
      {initial.missing !== undefined && (
        <p className="panel-error" role="alert">
          Its dataset {initial.missing} is not there; it may have been deleted. Choose another.
        </p>
      )}
    </FillableForm>
  );
}
