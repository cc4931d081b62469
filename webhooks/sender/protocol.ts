/** Messages between a server and its sender process: lines of JSON on stdin and stdout. */

/** An HTTP request to send. */
export interface SendRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}

/** Outcome of a request. */
export type SendOutcome =
  | {
    readonly kind: "answered";
    readonly status: number;
    /** The pause that the receiver asks for, in milliseconds. */
    readonly retryAfterMs: number | null;
    readonly seconds: number;
  }
  /** It could not be sent or was not answered. The problem is a sentence without its full stop. */
  | { readonly kind: "failed"; readonly problem: string; readonly seconds: number };

/** An order to the process. */
export type SenderOrder =
  | { readonly type: "send"; readonly id: number; readonly request: SendRequest }
  /** Looks up the host of an address and checks what it has found, without connecting. */
  | { readonly type: "check"; readonly id: number; readonly url: string };

/** The answer to an order, in any order. */
export type SenderReply =
  | { readonly type: "sent"; readonly id: number; readonly outcome: SendOutcome }
  /** The problem completes 'the host '. */
  | { readonly type: "checked"; readonly id: number; readonly problem: string | null };

/** Encodes a message. */
export function toLine(message: SenderOrder | SenderReply): string {
  return JSON.stringify(message) + "\n";
}
