/** A switch of the losses' axis. */

interface LogScaleProps {
  /** True if the losses are on a logarithmic axis. */
  readonly isLog: boolean;
  onLog(isLog: boolean): void;
}

/** A button that is pressed while the axis is logarithmic. */
export function LogScale({ isLog, onLog }: LogScaleProps) {
  return (
    <button
      type="button"
      className="button button-quiet"
      aria-pressed={isLog}
      title="Logarithmic loss axis"
      onClick={() => onLog(!isLog)}
    >
      Log scale
    </button>
  );
}
