/** A button whose action is carried out after a question. */
import { type ReactNode, useState } from "react";
import { errorText } from "./error_text.ts";
import { Dialog } from "./dialog.tsx";

interface AskButtonProps {
  readonly text: string;
  readonly title: string;
  readonly question: ReactNode;
  /** The answer that carries it out, and the one that does not. */
  readonly yes: string;
  readonly no: string;
  /** Carries it out. What it throws is shown beside the button. */
  act(): Promise<void>;
}

/** A button that opens a question; the action runs if it is confirmed. */
export function AskButton({ text, title, question, yes, no, act }: AskButtonProps) {
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string>();
  const confirm = async () => {
    setAsking(false);
    setProblem(undefined);
    try {
      await act();
    } catch (problem) {
      setProblem(errorText(problem));
    }
  };
  return (
    <>
      <button type="button" className="button" onClick={() => setAsking(true)}>{text}</button>
      {problem !== undefined && <p className="panel-error" role="alert">{problem}</p>}
      {isAsking && (
        <Dialog title={title} onClose={() => setAsking(false)}>
          <p>{question}</p>
          <div className="buttons">
            <button type="button" className="button button-danger" onClick={confirm}>{yes}</button>
            <button type="button" className="button" onClick={() => setAsking(false)}>{no}</button>
          </div>
        </Dialog>
      )}
    </>
  );
}
