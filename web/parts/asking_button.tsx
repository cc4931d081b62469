/** A button that asks before it acts. */
import { type ReactNode, useState } from "react";
import { Dialog } from "./dialog.tsx";

interface AskingButtonProps {
  readonly text: string;
  /** The title of the question. */
  readonly question: string;
  readonly yes: string;
  readonly no: string;
  /** The consequences. */
  readonly children: ReactNode;
  onYes(): void;
}

export function AskingButton({ text, question, yes, no, children, onYes }: AskingButtonProps) {
  const [asking, setAsking] = useState(false);
  const close = () => setAsking(false);
  const act = () => {
    close();
    onYes();
  };
  return (
    <>
      <button type="button" className="button" onClick={() => setAsking(true)}>{text}</button>
      {asking && (
        <Dialog title={question} onClose={close}>
          <p>{children}</p>
          <div className="buttons">
            <button type="button" className="button button-danger" onClick={act}>{yes}</button>
            <button type="button" className="button" onClick={close}>{no}</button>
          </div>
        </Dialog>
      )}
    </>
  );
}
