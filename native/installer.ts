/**
 * Downloads wheels with pip or uv, which know the user's index, proxy, certificates and logins, and verify the hash.
 * Their error messages are converted to remedies.
 */
import { basename, join } from "node:path";
import { lastLines, type Outcome, run } from "./command.ts";
import { diskFull, NativeError } from "./errors.ts";
import { filesUnder } from "./files.ts";
import type { WheelPin } from "./releases.ts";
import { openUnpackedWheel, openWheelFile, type Wheel } from "./wheel.ts";

/** A program that downloads wheels. */
export interface Installer {
  readonly kind: "pip" | "uv";
  readonly command: readonly [string, ...string[]];
  /** 'pip 23.2.1' */
  readonly name: string;
}

const CANDIDATES: readonly Pick<Installer, "kind" | "command">[] = [
  { kind: "pip", command: ["python3", "-m", "pip"] },
  { kind: "pip", command: ["pip3"] },
  { kind: "pip", command: ["pip"] },
  { kind: "pip", command: ["python", "-m", "pip"] },
  { kind: "uv", command: ["uv"] },
];

/** First version of pip that supports `--platform` with tags such as manylinux_2_27. */
const OLDEST_PIP = 19;

/** Interval between progress checks of a download. */
const PROGRESS_INTERVAL_MS = 200;

/**
 * Finds pip or uv.
 *
 * @throws {NativeError} if there is none
 */
export async function findInstaller(): Promise<Installer> {
  const seen: string[] = [];
  for (const { kind, command } of CANDIDATES) {
    const outcome = await run(command, ["--version"]);
    const version = /^(?:pip|uv) (\d+)[\w.]*/.exec(outcome?.stdout ?? "");
    if (!version) continue;
    const name = version[0];
    if (kind === "uv" || Number(version[1]) >= OLDEST_PIP) return { kind, command, name };
    seen.push(name);
  }
  throw new NativeError(
    "no-installer",
    `Cannot fetch TensorFlow: pip ${OLDEST_PIP} or later, or uv, must be installed, ` +
      `got ${seen.join(", ") || "neither"}. ` +
      "Run 'apt-get install python3-pip' or your system's equal, or install uv, " +
      "or set EPOCHQL_TENSORFLOW_WHEEL to the path of a wheel that you fetched elsewhere.",
  );
}

/** Options of fetchWheel(). */
export interface FetchOptions {
  /** An empty folder for the installer's files. */
  readonly folder: string;
  /** Receives the number of bytes downloaded so far. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

/**
 * Downloads a wheel and opens it.
 *
 * @throws {NativeError} if the download fails or the wheel is not the pinned one
 */
export async function fetchWheel(
  installer: Installer,
  pin: WheelPin,
  { folder, onBytes }: FetchOptions,
): Promise<Wheel> {
  const [target, temporary] = [join(folder, "target"), join(folder, "tmp")];
  const requirements = join(folder, "requirements.txt");
  await Deno.mkdir(temporary, { recursive: true });
  await Deno.writeTextFile(
    requirements,
    `${pin.project}==${pin.version} --hash=sha256:${pin.sha256}\n`,
  );
  const watch = onBytes && setInterval(async () => {
    let bytes = 0;
    for await (const file of filesUnder(folder)) bytes += file.bytes;
    onBytes(bytes);
  }, PROGRESS_INTERVAL_MS);
  let outcome: Outcome | undefined;
  try {
    outcome = await run(
      installer.command,
      argumentsFor(installer.kind, pin, requirements, target),
      {
        env: {
          // On a disk with enough space, and removed with the folder.
          TMPDIR: temporary,
          PIP_REQUIRE_VIRTUALENV: "0",
        },
      },
    );
  } finally {
    clearInterval(watch);
  }
  if (!outcome || outcome.code !== 0) {
    throw explain(pin, installer, outcome ?? { code: 127, stdout: "", stderr: "" }, folder);
  }
  if (installer.kind === "uv") return await openUnpackedWheel(target);
  for await (const { path } of filesUnder(target)) {
    if (basename(path).endsWith(".whl")) return await openWheelFile(path);
  }
  throw explain(pin, installer, outcome, folder);
}

function argumentsFor(
  kind: Installer["kind"],
  { tag }: WheelPin,
  requirements: string,
  target: string,
): readonly string[] {
  switch (kind) {
    case "pip":
      // The wheel of a fixed Python version, independent of the installed one.
      return [
        ["download", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input"],
        ["--progress-bar=off", "--disable-pip-version-check"],
        ["--python-version", "3.12", "--implementation", "cp", "--abi", "cp312", "--platform", tag],
        ["--require-hashes", "-r", requirements, "-d", target],
      ].flat();
    case "uv":
      return [
        ["pip", "install", "--no-deps", "--only-binary=:all:", "--no-cache", "--no-progress"],
        ["--link-mode=copy", "--python-version", "3.12", "--python-platform", uvPlatform(tag)],
        ["--require-hashes", "-r", requirements, "--target", target],
      ].flat();
    default:
      return kind satisfies never;
  }
}

/** Returns uv's name of the oldest platform that accepts wheels with a tag. */
function uvPlatform(tag: string): string {
  if (tag.startsWith("macosx")) return "aarch64-apple-darwin";
  return `${tag.endsWith("aarch64") ? "aarch64" : "x86_64"}-manylinux_2_28`;
}

/** Messages of pip and uv that indicate a network fault; the first match counts. */
const NETWORK_SIGNS: readonly (readonly [
  problem: "certificate" | "proxy" | "network",
  sign: RegExp,
  advice: string,
])[] = [
  [
    "certificate",
    /CERTIFICATE_VERIFY_FAILED|SSLError|SSLCertVerificationError|invalid peer certificate|UnknownIssuer|TLS CA certificate/i,
    "Where a company's proxy signs its own certificates, set PIP_CERT (uv: SSL_CERT_FILE) to its certificate, " +
    "and DENO_TLS_CA_STORE=system for Deno.",
  ],
  [
    "proxy",
    /ProxyError|Cannot connect to proxy|Tunnel connection failed|407 Proxy|proxy error|proxy authentication/i,
    "Set HTTPS_PROXY to your proxy, or unset it where there is none.",
  ],
  [
    "network",
    /NewConnectionError|ConnectTimeout|ReadTimeout|timed out|NameResolutionError|name resolution|Connection (?:refused|reset|aborted)|ConnectionError|ProtocolError|IncompleteRead|dns error|client error \(Connect\)|error sending request|No route to host|Network is unreachable|IncompleteDownload/i,
    "Check the network; where PyPI is reached through a mirror, set PIP_INDEX_URL (uv: UV_DEFAULT_INDEX) to it.",
  ],
];

/** Converts an installer's output to an error with a remedy. */
export function explain(
  pin: WheelPin,
  installer: Installer,
  outcome: Outcome,
  folder: string,
): NativeError {
  const said = `${outcome.stdout}\n${outcome.stderr}`;
  const wheel = `${pin.project} ${pin.version}`;
  const elsewhere = "Or fetch the wheel elsewhere and set EPOCHQL_TENSORFLOW_WHEEL to its path.";
  const quote = `${installer.name} said:\n${lastLines(outcome)}`;
  if (/No space left on device|Disk quota exceeded|os error (28|122)\b/i.test(said)) {
    return diskFull(folder, pin.bytes + pin.unpackedBytes);
  }
  if (/DO NOT MATCH THE HASHES|Hash mismatch/i.test(said)) {
    const got = /(?:Got|Computed:\s*sha256:)\s*([\da-f]{64})/.exec(said)?.[1] ?? "another";
    return new NativeError(
      "wrong-hash",
      `Cannot use ${wheel} as it was downloaded: its sha256 must be ${pin.sha256}, got ${got}. ` +
        "The index or something on the way to it changes files: ask who runs it.",
    );
  }
  for (const [problem, sign, advice] of NETWORK_SIGNS) {
    if (!sign.test(said)) continue;
    return new NativeError(
      problem,
      `Cannot download ${wheel}: the package index must answer, got a ${problem} error. ` +
        `${advice} ${elsewhere}\n${quote}`,
    );
  }
  if (/No matching distribution|no version of|not found in the package registry/i.test(said)) {
    return new NativeError(
      "not-in-index",
      `Cannot download ${wheel}: the package index must have it for ${pin.tag}, got an index that ` +
        `lacks it or does not answer. ` +
        `Set PIP_INDEX_URL (uv: UV_DEFAULT_INDEX) to one that has, such as https://pypi.org/simple. ${elsewhere}\n${quote}`,
    );
  }
  return new NativeError(
    "download",
    `Cannot download ${wheel}: ${installer.name} must end with code 0, got ${outcome.code}. ` +
      `${elsewhere}\n${quote}`,
  );
}
