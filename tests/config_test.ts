/** The configuration: defaults, accepted values, and errors of one line. */
import {
  assert,
  assertEquals,
  AssertionError,
  assertMatch,
  assertNotMatch,
  assertThrows,
} from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import {
  type Config,
  isLoopback,
  readConfig,
  readServerToken,
  readServerUrl,
  readWorkerConfig,
} from "../config.ts";
import { DEFAULT_LIMITS } from "../config/limits.ts";
import { ConfigError } from "../lib/config_error.ts";
import { forAll } from "./support/for_all.ts";

const TOKEN = "0123456789abcdef";

/** Variables whose values are positive whole numbers. */
const LIMITS = [
  ...["MUTATIONS", "SUBSCRIPTIONS", "QUEUED", "UPLOAD_MB", "UPLOADS_MB", "UPLOADS", "WEBHOOKS"],
].map((name) => `EPOCHQL_MAX_${name}`);

function read(variables: Record<string, string> = {}): Config {
  return readConfig(new Map(Object.entries(variables)));
}

/** The error of a configuration that cannot be used. */
function refusal(variables: Record<string, string>): ConfigError {
  try {
    read(variables);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new AssertionError(`${JSON.stringify(variables)} was accepted`);
}

describe("readConfig()", () => {
  it("has a default for everything", () => {
    assertEquals(read(), {
      ...{ port: 8000, hostname: "127.0.0.1", home: ".epochql", workers: 1 },
      ...{ checkpoints: ".epochql/checkpoints", origins: [], proxies: 0, limits: DEFAULT_LIMITS },
      ...{ deliversWebhooks: true, webhookAllow: "", device: "AUTO", engine: "AUTO" },
      ...{ logLevel: "info", logFormat: "auto" },
    });
  });

  it("refuses folders that a worker's permissions cannot name, where workers run", () => {
    for (const name of ["EPOCHQL_HOME", "EPOCHQL_CHECKPOINTS"]) {
      const { message } = refusal({ [name]: "/data/ho,me" });
      assertMatch(message, new RegExp(`${name} must be the path of a folder without a comma`));
      read({ [name]: "/data/ho,me", WORKERS: "0" });
    }
    for (const path of ["/a b", "/a[b]", "/a#b", "/a%41", "/a?b&c", "/a'b\"c", "/a*$HOME"]) {
      read({ EPOCHQL_HOME: path });
    }
  });

  it("ignores an empty variable", () => {
    const names = ["PORT", "HOST", "EPOCHQL_HOME", "DATABASE_URL", "EPOCHQL_TOKEN", "LOG_LEVEL"];
    assertEquals(read(Object.fromEntries(names.map((name) => [name, ""]))), read());
  });

  it("reads every variable", () => {
    assertEquals(
      read({
        PORT: "9000",
        HOST: "0.0.0.0",
        EPOCHQL_HOME: "/data/epochql",
        DATABASE_URL: "postgresql://me:p%40ss@db:5433/epochql?sslmode=require",
        EPOCHQL_CHECKPOINTS: "s3://bucket/check/points",
        EPOCHQL_TOKEN: TOKEN,
        EPOCHQL_TOKENS_FILE: "/run/secrets/tokens",
        EPOCHQL_ORIGINS: "http://localhost:5173, https://app.example.com",
        EPOCHQL_PROXIES: "1",
        EPOCHQL_INTROSPECTION: "OFF",
        EPOCHQL_MAX_MUTATIONS: "60",
        EPOCHQL_MAX_SUBSCRIPTIONS: "5000",
        EPOCHQL_MAX_QUEUED: "10",
        EPOCHQL_MAX_UPLOAD_MB: "100",
        EPOCHQL_MAX_UPLOADS_MB: "1000",
        EPOCHQL_MAX_UPLOADS: "2",
        EPOCHQL_MAX_WEBHOOKS: "3",
        EPOCHQL_WEBHOOKS: "Off",
        EPOCHQL_WEBHOOK_ALLOW: "hooks.internal,10.0.0.0/8",
        EPOCHQL_DEVICE: "cpu",
        EPOCHQL_ENGINE: "native",
        WORKERS: "4",
        LOG_LEVEL: "Debug",
        LOG_FORMAT: "JSON",
      }),
      {
        port: 9000,
        hostname: "0.0.0.0",
        home: "/data/epochql",
        databaseUrl: "postgresql://me:p%40ss@db:5433/epochql?sslmode=require",
        checkpoints: "s3://bucket/check/points",
        token: TOKEN,
        tokensFile: "/run/secrets/tokens",
        origins: ["http://localhost:5173", "https://app.example.com"],
        proxies: 1,
        limits: {
          introspection: false,
          mutationsPerMinute: 60,
          subscriptions: 5000,
          queuedRuns: 10,
          uploadMegabytes: 100,
          uploadsMegabytes: 1000,
          unfinishedUploads: 2,
          webhooks: 3,
        },
        deliversWebhooks: false,
        webhookAllow: "hooks.internal,10.0.0.0/8",
        device: "CPU",
        engine: "NATIVE",
        workers: 4,
        logLevel: "debug",
        logFormat: "json",
      },
    );
  });

  it("stores checkpoints in the home, unless another place is named", () => {
    assertEquals(read({ EPOCHQL_HOME: "/data" }).checkpoints, "/data/checkpoints");
    for (const place of ["/mnt/shared", "a b", "s3://bucket", "s3://bucket/a/b"]) {
      assertEquals(read({ EPOCHQL_CHECKPOINTS: place }).checkpoints, place);
    }
    for (const place of ["gs://bucket", "s3://Bucket", "s3://", "s3://bucket/../a"]) {
      assertEquals(refusal({ EPOCHQL_CHECKPOINTS: place }).variable, "EPOCHQL_CHECKPOINTS");
    }
    const { message } = refusal({ EPOCHQL_CHECKPOINTS: "s3://me:a-secret@bucket" });
    assertMatch(message, /must be the path of a folder or s3:\/\/BUCKET\/PREFIX/);
    assertNotMatch(message, /a-secret/);
  });

  it("accepts every valid port, and no other", () => {
    forAll([fc.integer({ min: 0, max: 65_535 })], (port) => {
      assertEquals(read({ PORT: String(port) }).port, port);
    });
    const others = fc.oneof(
      fc.integer({ max: -1 }),
      fc.integer({ min: 65_536 }),
      fc.double({ noInteger: true }),
    ).map(String);
    forAll([others], (value) => {
      assertEquals(refusal({ PORT: value }).variable, "PORT");
    });
  });

  it("names the variable, the value and what is allowed", () => {
    const wrong = [
      ["PORT", "80a", "must be a whole number from 0 (any free port) to 65535"],
      ["EPOCHQL_DEVICE", "gpu", "must be one of AUTO, CUDA, CPU, WEBGPU"],
      ["LOG_FORMAT", "xml", "must be one of auto, json, pretty"],
    ] as const;
    for (const [name, value, rule] of wrong) {
      const message = `Cannot start with ${name}=${value}: ${name} ${rule}, got ${value}.`;
      assertEquals(refusal({ [name]: value }).message, message);
    }
    assertMatch(refusal({ HOST: "http://localhost:8000" }).message, /HOST must be a host name/);
    assertMatch(refusal({ LOG_LEVEL: "loud" }).message, /LOG_LEVEL must be one of debug, info/);
  });

  it("requires a token if other machines can reach the server", () => {
    for (const HOST of ["0.0.0.0", "::", "192.168.1.7", "gpu-host.example.com"]) {
      assertMatch(refusal({ HOST }).message, /EPOCHQL_TOKEN must be set/);
      assertEquals(read({ HOST, EPOCHQL_TOKEN: TOKEN }).hostname, HOST);
      assertEquals(read({ HOST, EPOCHQL_TOKENS_FILE: "/tokens" }).hostname, HOST);
    }
    for (const HOST of ["127.0.0.1", "127.3.2.1", "localhost", "::1", "[::1]"]) {
      assertEquals(read({ HOST }).token, undefined);
    }
  });

  it("accepts 0 to 256 workers", () => {
    for (const workers of [0, 1, 4, 256]) {
      assertEquals(read({ WORKERS: String(workers) }).workers, workers);
    }
    for (const WORKERS of ["257", "-1", "1.5", "all", "1e1"]) {
      assertMatch(refusal({ WORKERS }).message, /WORKERS must be a whole number from 0 .* to 256/);
    }
  });

  it("accepts 0 to 9 proxies", () => {
    for (const proxies of [0, 1, 9]) {
      assertEquals(read({ EPOCHQL_PROXIES: String(proxies) }).proxies, proxies);
    }
    for (const EPOCHQL_PROXIES of ["-1", "10", "true", "10.0.0.1"]) {
      assertMatch(refusal({ EPOCHQL_PROXIES }).message, /must be the number of proxies .* 0 to 9/);
    }
  });

  it("accepts origins as browsers send them", () => {
    const all = ["http://[::1]:5173", "https://xn--bcher-kva.example", "tauri://localhost"];
    assertEquals(read({ EPOCHQL_ORIGINS: [...all, all[0]].join(" ,") }).origins, all);
  });

  const origins: readonly (readonly [value: string, problem: RegExp])[] = [
    ["localhost:5173", /must be SCHEME:\/\/HOST .*, got localhost:5173\.$/],
    ["app.example.com", /must be SCHEME:\/\/HOST .*, got app\.example\.com\.$/],
    ["http://", /must be SCHEME:\/\/HOST/],
    ["file:///srv/page.html", /must be SCHEME:\/\/HOST/],
    ["http://localhost:5173,", /must be SCHEME:\/\/HOST .*, got an empty one\.$/],
    ["http://a.example/app", /without a path: http:\/\/a\.example, got .*example\/app\.$/],
    ["http://a.example/", /without a path: http:\/\/a\.example, got/],
    ["http://a.example?q", /as browsers send it, .*: http:\/\/a\.example, got/],
    ["http://me@a.example", /as browsers send it, .*: http:\/\/a\.example, got/],
    ["https://A.example", /as browsers send it, .*: https:\/\/a\.example, got/],
    ["https://a.example:443", /as browsers send it, .*: https:\/\/a\.example, got/],
    ["https://bücher.example", /as browsers send it, .*: https:\/\/xn--bcher-kva\.example, got/],
    ["http://localhost:5173,*", /be written out, got \*: .* could read and steer every run\.$/],
    ["https://*.example.com", /must be written out/],
    ["null", /must not be null: files, sandboxed frames/],
  ];
  for (const [value, problem] of origins) {
    it(`refuses the origins '${value}'`, () => {
      const { message, variable } = refusal({ EPOCHQL_ORIGINS: value });
      assertEquals(variable, "EPOCHQL_ORIGINS");
      assertMatch(message, problem);
    });
  }

  it("refuses a limit that is not a positive whole number", () => {
    for (const name of LIMITS) {
      for (const value of ["0", "-1", "many", "1.5", "12345678", "Infinity"]) {
        const { message } = refusal({ [name]: value });
        assertMatch(message, /must be a whole number from 1 to 9999999, got /);
      }
    }
    const { message } = refusal({ EPOCHQL_INTROSPECTION: "no" });
    assertMatch(message, /EPOCHQL_INTROSPECTION must be one of on, off, got no\.$/);
  });

  it("accepts hosts and networks that webhooks may reach", () => {
    for (const value of ["hooks.internal", "10.1.2.3, 192.168.0.0/16", "[fd00::]/8"]) {
      assertEquals(read({ EPOCHQL_WEBHOOK_ALLOW: value }).webhookAllow, value);
    }
    const { message } = refusal({ EPOCHQL_WEBHOOK_ALLOW: "https://hooks.internal" });
    assertMatch(
      message,
      /EPOCHQL_WEBHOOK_ALLOW must be host names, addresses and networks such as/,
    );
  });

  it("shows no secret in an error", () => {
    const secret = "hunter2 hunter2 hunter2";
    assertNotMatch(refusal({ EPOCHQL_TOKEN: secret }).message, /hunter2/);
    assertNotMatch(refusal({ DATABASE_URL: "mysql://me:hunter2@db/epochql" }).message, /hunter2/);
  });

  it("refuses a token that is short or cannot travel in a header", () => {
    for (const EPOCHQL_TOKEN of ["short", `${TOKEN} ${TOKEN}`, `${TOKEN}\n`, `${TOKEN}é`]) {
      assertEquals(refusal({ EPOCHQL_TOKEN }).variable, "EPOCHQL_TOKEN");
    }
  });

  it("accepts the URL of a PostgreSQL database and no other", () => {
    for (const DATABASE_URL of ["postgres://db/epochql", "postgresql:///e?host=/run/postgresql"]) {
      assertEquals(read({ DATABASE_URL }).databaseUrl, DATABASE_URL);
    }
    const others = ["mysql://db/e", "db/epochql", "postgres://me:p#w@db/e", "postgres"];
    for (const DATABASE_URL of others) {
      assertMatch(refusal({ DATABASE_URL }).message, /must be postgresql:\/\/.*%40.*unset it/);
    }
  });

  it("shows a value of many characters that are escaped in a short line", () => {
    const value = "\u{323b0}".repeat(30);
    const { message } = assertThrows(() => read({ EPOCHQL_WEBHOOK_ALLOW: value }), ConfigError);
    assertMatch(message, /="(\\u\{323b0\})+…: .*, got "(\\u\{323b0\})+…\.$/);
    assert(message.length < 400, message);
  });

  it("is a configuration or an error of one line for any variables", () => {
    /** Valid values of variables, some with one place changed; and anything. */
    const near = (...right: string[]) =>
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...right) },
        { weight: 1, arbitrary: changed(...right) },
        { weight: 1, arbitrary: anything },
      );
    const anything = fc.string({ unit: "binary", maxLength: 100 });
    const changed = (...right: string[]) =>
      fc.tuple(fc.constantFrom(...right), fc.nat(), anything).map(([text, place, other]) => {
        const at = place % (text.length + 1);
        return text.slice(0, at) + other + text.slice(at + 1);
      });
    const variables = fc.record({
      PORT: near("0", "8000", "65535"),
      HOST: near("127.0.0.1", "localhost", "::1", "[::]", "0.0.0.0", "example.com"),
      EPOCHQL_HOME: near("/data", ".epochql"),
      DATABASE_URL: near("postgresql://me:p%40ss@db:5433/epochql?sslmode=require"),
      EPOCHQL_CHECKPOINTS: near("/checkpoints", "s3://bucket/prefix", "s3://bucket"),
      EPOCHQL_TOKEN: near(TOKEN),
      EPOCHQL_TOKENS_FILE: near("/etc/tokens"),
      EPOCHQL_ORIGINS: near("http://localhost:5173", "https://a.example,tauri://localhost"),
      EPOCHQL_PROXIES: near("0", "2"),
      EPOCHQL_INTROSPECTION: near("on", "OFF"),
      ...Object.fromEntries(LIMITS.map((name) => [name, near("1", "10", "9999999")])),
      EPOCHQL_WEBHOOKS: near("on", "OFF"),
      EPOCHQL_WEBHOOK_ALLOW: near("hooks.internal,10.1.2.3", "192.168.0.0/16", "[fd00::]/8"),
      EPOCHQL_DEVICE: near("AUTO", "cpu", "CUDA"),
      EPOCHQL_ENGINE: near("AUTO", "native", "TENSORFLOW"),
      CUDA_VISIBLE_DEVICES: near("0", "GPU-1a,1"),
      WORKERS: near("0", "256"),
      LOG_LEVEL: near("debug", "ERROR"),
      LOG_FORMAT: near("json", "pretty", "auto"),
    }, { requiredKeys: [] });
    const cutWithinAPair: Record<string, string> = {
      EPOCHQL_CHECKPOINTS: `s3://bucket/pref${"\u{323b0}".repeat(8)}\u{16e40}x`,
    };
    forAll([variables], (given) => {
      try {
        const config = read(given);
        assert((config.token ?? config.tokensFile) !== undefined || isLoopback(config.hostname));
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        assertMatch(error.message, /^Cannot start with [A-Z_]+=\P{C}+: .+\.$/u);
        assertNotMatch(error.message, /[\n\r\u0085\u2028\u2029]/);
        assert(error.message.length < 400, error.message);
      }
    }, { numRuns: 2000, examples: [[cutWithinAPair]] });
  });
});

describe("readServerUrl()", () => {
  const url = (variables: Record<string, string> = {}) =>
    readServerUrl(new Map(Object.entries(variables))).href;

  it("is the address of a server with the same environment", () => {
    assertEquals(url(), "http://127.0.0.1:8000/");
    assertEquals(url({ PORT: "9000", HOST: "localhost" }), "http://localhost:9000/");
    assertEquals(url({ HOST: "::1" }), "http://[::1]:8000/");
    // One that listens on all addresses can be reached by the loopback's.
    assertEquals(url({ HOST: "0.0.0.0" }), "http://127.0.0.1:8000/");
    assertEquals(url({ HOST: "::" }), "http://[::1]:8000/");
  });

  it("refuses what names no server", () => {
    const wrong = [{ PORT: "0" }, { PORT: "x" }, { HOST: "a b" }, { HOST: "fe80::1%eth0" }];
    for (const variables of wrong) {
      assertThrows(() => url(variables), ConfigError, undefined, JSON.stringify(variables));
    }
  });
});

describe("readServerToken()", () => {
  it("is the token of a server with the same environment", () => {
    assertEquals(readServerToken(new Map([["EPOCHQL_TOKEN", TOKEN]])), TOKEN);
    assertEquals(readServerToken(new Map([["EPOCHQL_TOKEN", ""]])), undefined);
    assertThrows(() => readServerToken(new Map([["EPOCHQL_TOKEN", "short"]])), ConfigError);
  });
});

describe("readWorkerConfig()", () => {
  it("does not ask how a server can be reached", () => {
    const variables = { HOST: "0.0.0.0", PORT: "http", EPOCHQL_TOKEN: "short", WORKERS: "2" };
    assertEquals(readWorkerConfig(new Map(Object.entries(variables))), {
      ...{ home: ".epochql", checkpoints: ".epochql/checkpoints", workers: 2, engine: "AUTO" },
      ...{ logLevel: "info", logFormat: "auto" },
    });
  });
});
