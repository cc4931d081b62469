/// <reference lib="dom" />
/** Says that the session has ended, and asks for a token. The page stays as it is behind the dialog. */
import { type FormEvent, useEffect, useId, useState } from "react";
import { checkSession, sessionStore, signInAgain } from "../api/session.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useValue } from "../parts/value_store.ts";

/** Shows nothing while the session is valid. */
export function SessionNotice() {
  return useValue(sessionStore) === "ended" ? <SessionEnded /> : null;
}

/** A dialog; after it was closed, a button that opens it again. */
function SessionEnded() {
  const [isOpen, setOpen] = useState(true);
  useEffect(() => {
    addEventListener("focus", checkSession);
    return () => removeEventListener("focus", checkSession);
  }, []);
  return isOpen
    ? (
      <Dialog title="The session has ended" onClose={() => setOpen(false)}>
        <SignInForm />
      </Dialog>
    )
    : (
      <button type="button" className="button button-primary" onClick={() => setOpen(true)}>
        Sign in again
      </button>
    );
}

function SignInForm() {
  const id = useId();
  const [problem, setProblem] = useState<string>();
  const [isSending, setSending] = useState(false);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = new FormData(event.currentTarget).get("token");
    setSending(true);
    setProblem(await signInAgain(String(token).trim()));
    setSending(false);
  };
  return (
    <form className="session-form" onSubmit={send}>
      <p>
        It has expired, or the server's token has changed. Sign in to continue: what you have typed
        stays, and what waits for the server is sent then.
      </p>
      <div className="field">
        <label className="field-name" htmlFor={id}>Token</label>
        <input
          id={id}
          className="field-input"
          name="token"
          type="password"
          autoComplete="current-password"
          required
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-problem`}
        />
        <span className="field-error" id={`${id}-problem`} role="alert">{problem}</span>
      </div>
      <button type="submit" className="button button-primary" disabled={isSending}>Sign in</button>
    </form>
  );
}
