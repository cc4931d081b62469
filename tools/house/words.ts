/**
 * Phrases that a fluent engineer would not write, each with the plain term. Comments, error messages, the
 * docs and the schema's descriptions are searched for them.
 */

/** A pattern, and the term to use in its place. */
interface Phrase {
  readonly pattern: RegExp;
  readonly instead: string;
}

const PHRASES: readonly Phrase[] = [
  { pattern: /\bwho(ever)? asks\b/i, instead: "the client, the caller" },
  {
    pattern: /\b(is|are|was|were|been|being|be) told\b/i,
    instead: "receives, is notified, is passed",
  },
  { pattern: /\b(hears?|heard|heeds?|heeded)\b/i, instead: "receives, handles, responds to" },
  { pattern: /\b(too|so|is|are) dear\b/i, instead: "expensive" },
  { pattern: /\btakes? of\b/i, instead: "uses" },
  { pattern: /\bso many of\b|\bthe first so many\b/i, instead: "the first N" },
  { pattern: /\bof which there is\b/i, instead: "unique, single" },
  { pattern: /\bwhat is said\b|\bis said to (who|whom|clients?)\b/i, instead: "the message" },
  { pattern: /\b(comes?|came) to nothing\b/i, instead: "fails" },
  { pattern: /\b(is|are) no more\b(?! than)/i, instead: "no longer exists" },
  { pattern: /\bis there no longer\b/i, instead: "was deleted" },
  { pattern: /\bby whomever\b|\bof whom\b|\bto whom\b/i, instead: "name the subject" },
  { pattern: /\bnobody is there\b|\bthere is nobody\b/i, instead: "no client, no worker" },
  { pattern: /\bby chance\b|\ball its chance\b/i, instead: "random, the random seed" },
  { pattern: /\b(are|is|were|was) over\b(?! \d)/i, instead: "is finished, has ended" },
  { pattern: /\bat their ease\b|\bfor ever\b/i, instead: "indefinitely" },
  { pattern: /\bheaps? up\b/i, instead: "accumulates" },
  { pattern: /\bh(old|olds|eld|olding) up\b/i, instead: "blocks, delays" },
  { pattern: /\bin good order\b/i, instead: "gracefully, shut down" },
  {
    pattern: /\bwhoever\b|\bwhomever\b|\bwho has something to\b/i,
    instead: "the caller, the client",
  },
  { pattern: /\bwhat becomes? of\b/i, instead: "what happens to" },
  { pattern: /\bcom(e|es|ing) along\b/i, instead: "is bundled" },
  { pattern: /\bbefalls?\b|\bbefell\b/i, instead: "undisturbed, disturbs" },
  { pattern: /'s business\b|\bno business of\b/i, instead: "is left to" },
  { pattern: /\bstands? still\b|\bstood still\b/i, instead: "waits, is paused" },
  { pattern: /\bthe log (says|forgets|has forgotten|tells)\b/i, instead: "the log contains" },
  { pattern: /\btells? the log\b/i, instead: "logs" },
  { pattern: /\bgives? (other )?errors back\b/i, instead: "returns other errors unchanged" },
  { pattern: /\blies? (there|on disk|on the disk)\b/i, instead: "is on disk, exists" },
  { pattern: /\bsays (why and )?what to do\b/i, instead: "states the remedy" },
  { pattern: /\bneed(s|ed)? not even\b|\bnot even looked at\b/i, instead: "is not read" },
  { pattern: /\b(is|are) there for a moment\b/i, instead: "temporary" },
  { pattern: /\bwritten down\b|\bwrites? down\b/i, instead: "stored, logged, printed" },
  { pattern: /\b(goes|go) away\b(?! with)/i, instead: "is removed, disconnects" },
  { pattern: /\bthousand million\b/i, instead: "billion" },
  { pattern: /\bprocessor time\b/i, instead: "CPU time" },
];

/** One phrase found in a text. */
export interface FoundPhrase {
  /** Offset of the first character. */
  readonly index: number;
  readonly text: string;
  readonly instead: string;
}

/** Finds every listed phrase in `text`. Line breaks and comment stars inside a phrase count as one space. */
export function findPhrases(text: string): readonly FoundPhrase[] {
  const flat = text.replaceAll(/\n[ \t]*\*?[ \t]?/g, (match) => " ".repeat(match.length));
  return PHRASES.flatMap(({ pattern, instead }) => {
    const spaced = new RegExp(pattern.source.replaceAll(" ", " +"), "gi");
    return [...flat.matchAll(spaced)].map((match) => ({
      index: match.index,
      text: match[0].replaceAll(/ +/g, " "),
      instead,
    }));
  });
}
