/** Numbers and texts in the form that people read. */

const COUNT = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** Formats a count: 60,000. */
export function count(value: number): string {
  return COUNT.format(value);
}

/** Formats bytes: '1.5 MB', '2.1 GB'. */
export function size(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat("en", {
    style: "unit",
    unit: SIZES[power] ?? "byte",
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** power);
}

/** Formats a fraction: '97.53%'. */
export function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(2)}%`;
}

/** Formats a number in a few characters: 2.5, 0.0004, 2.9e19. */
export function compact(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || size >= 1e-4 && size < 1e5) return String(+value.toPrecision(6));
  return exponential(value);
}

/** Formats a loss: '0.1234', or '4.74e-5' and '2.9e19' where decimals would hide it or fill the line. */
export function lossText(loss: number, digits = 4): string {
  const plain = loss === 0 || loss >= 1e-3 && loss < 1e5;
  return plain ? loss.toFixed(digits) : exponential(loss);
}

/** Formats a number with up to three digits and an exponent: '2.9e19'. */
function exponential(value: number): string {
  return (+value.toPrecision(3)).toExponential().replace("e+", "e");
}

/** Formats seconds: '8 s', '3 min 20 s' or '2 h 5 min'. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
}

/** Says how many runs are before one in the queue, from its place: 1 is next. */
export function queuePlace(position: number): string {
  if (position === 1) return "It is next in the queue.";
  const before = position - 1;
  return `${before === 1 ? "1 run is" : `${count(before)} runs are`} before it in the queue.`;
}

/** Puts a text on one line, without control characters that a terminal would interpret. */
export function oneLine(text: string): string {
  return escapeDirection(text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")).trim();
}

/** Writes characters that change the direction of text as '\u202e', which JSON reads as the same. */
export function escapeDirection(text: string): string {
  return text.replace(
    /\p{Bidi_Control}/gu,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
