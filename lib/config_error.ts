/** Errors of environment variables, each with a message of one line. */

/** Thrown for a variable with an invalid value. The message is one line to print. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** @param shown its value as quote() returns it; '…' for a secret */
  constructor(readonly variable: string, shown: string, rule: string) {
    super(`Cannot start with ${variable}=${shown}: ${rule}`);
  }
}

/** Returns what `read` does; prints a ConfigError and exits with code 2. */
export function orExit<Read>(read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    Deno.exit(2);
  }
}

/** Returns the allowed value that equals `value` in any case. */
export function oneOf<Value extends string>(
  name: string,
  value: string,
  allowed: readonly Value[],
): Value {
  const found = allowed.find((candidate) => candidate.toLowerCase() === value.toLowerCase());
  if (found === undefined) throw wrong(name, value, `one of ${allowed.join(", ")}`);
  return found;
}

/** Creates the error of a value that breaks a rule. */
/** Creates the error of a value that breaks a rule. */
export function wrong(name: string, value: string, rule: string): ConfigError {
  return new ConfigError(name, quote(value), `${name} must be ${rule}, got ${quote(value)}.`);
}

/** The longest text of a value with characters that are escaped. */
const MAX_SHOWN = 90;

/** Returns a value as one short printable line. */
export function quote(value: string): string {
  const short = value.length > 60 ? `${value.slice(0, 60)}…` : value;
  if (/^[\x21-\x7e…]+$/.test(short)) return short;
  const shown = inOneLine(JSON.stringify(short));
  // Escaped characters are many times as long, and none is cut, nor one of two code units.
  return shown.length <= MAX_SHOWN
    ? shown
    : `${shown.slice(0, MAX_SHOWN).replace(/[\ud800-\udbff]$|\\(u\{?[0-9a-f]*)?$/, "")}…`;
}

/** Replaces control characters, invisible ones and lone surrogates by their code points. */
export function inOneLine(text: string): string {
  return text.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
