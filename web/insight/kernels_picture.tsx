/** The filters of the first convolution, drawn by the server. */
import { useAnswer } from "../api/use_answer.ts";
import { svgDataUri } from "../data/svg_data_uri.ts";
import { count } from "../../lib/format.ts";
import type { CheckpointSelection } from "./checkpoint_selection.ts";
import { KERNELS_QUERY } from "./operations.ts";

interface KernelsPictureProps {
  readonly runId: string;
  readonly asked: CheckpointSelection;
  readonly theme: "LIGHT" | "DARK";
}

/** A picture of the kernels; nothing for a network without them. */
export function KernelsPicture({ runId, asked, theme }: KernelsPictureProps) {
  const { data, error } = useAnswer(
    KERNELS_QUERY,
    { id: runId, checkpoint: asked.file, theme },
    asked.checkpoint.step,
  );
  const kernels = data?.run?.kernels;
  if (error) return <p className="panel-error" role="alert">{error}</p>;
  if (!kernels) return null;
  const { layer, shape: [kernelCount = 0, , height = 0, width = 0], picture } = kernels;
  const what = `${count(kernelCount)} kernels of ${height} × ${width}`;
  return (
    <>
      <h4 className="panel-subtitle">{layer} filters</h4>
      <figure className="picture kernels" tabIndex={0} aria-label={`Kernels of ${layer}`}>
        <img
          src={svgDataUri(picture.svg)}
          alt={`${what}, blue where negative, red or orange where positive`}
        />
      </figure>
    </>
  );
}
