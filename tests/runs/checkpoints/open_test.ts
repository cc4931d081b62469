/** Locations of checkpoints: the store that each names, and its permissions. */
import { assertEquals, assertMatch } from "@std/assert";
import { forAll } from "../../support/for_all.ts";
import { assertFails, assertThrowsMatch } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import fc from "fast-check";
import { parseLocation } from "../../../runs/checkpoints/location.ts";
import { openCheckpointStore, s3Environment } from "../../../runs/checkpoints/open.ts";
import { checkpointPermissions } from "../../../runs/checkpoints/permissions.ts";

const env = (variables: Readonly<Record<string, string>>) => new Map(Object.entries(variables));

describe("parseLocation()", () => {
  it("takes paths for folders", () => {
    for (
      const path of [".epochql/checkpoints", "/mnt/shared", "C:\\data", "a b/ü", "s3:", "s3/x"]
    ) {
      assertEquals(parseLocation(path), { kind: "folder", path });
    }
  });

  it("reads bucket and prefix", () => {
    const bucket = "my-bucket.1";
    assertEquals(parseLocation("s3://my-bucket.1"), { kind: "s3", bucket, prefix: "" });
    assertEquals(parseLocation("s3://my-bucket.1/"), { kind: "s3", bucket, prefix: "" });
    assertEquals(parseLocation("s3://my-bucket.1/a/b_c/"), { kind: "s3", bucket, prefix: "a/b_c" });
  });

  it("takes nothing else", () => {
    const wrong = [
      "",
      "a\0b",
      "gs://bucket/a",
      "http://minio:9000/bucket",
      "file:///tmp",
      "s3://",
      "s3:///a",
      "s3://ab",
      "s3://Bucket",
      "s3://bucket//a",
      "s3://bucket/a/../b",
      "s3://bucket/./b",
      "s3://buc..ket",
      "s3://bucket/a b",
      "s3://bucket/a?b",
      "s3://user:secret@bucket",
    ];
    for (const location of wrong) assertEquals(parseLocation(location), undefined, location);
  });

  it("never gives a prefix that leads elsewhere", () => {
    const parts = fc.constantFrom("..", ".", "a", "b.c", "", "%", " ", "\\", "?");
    forAll([fc.array(parts)], (parts) => {
      const parsed = parseLocation(`s3://bucket/${parts.join("/")}`);
      if (parsed?.kind !== "s3" || parsed.prefix === "") return;
      assertMatch(parsed.prefix, /^[^/]+(\/[^/]+)*$/);
      assertEquals(parsed.prefix.split("/").some((part) => /^\.*$/.test(part)), false);
    });
  });
});

describe("openCheckpointStore()", () => {
  it("opens what a location names", async () => {
    const folder = await openCheckpointStore("some/where");
    assertEquals(folder.location, join(Deno.cwd(), "some/where"));
    folder.close();
    const bucket = await openCheckpointStore(
      "s3://bucket/a/b",
      env({ AWS_ENDPOINT_URL: "http://a" }),
    );
    assertEquals(bucket.location, "s3://bucket/a/b");
    bucket.close();
  });

  it("refuses what is no location", async () => {
    await assertFails(
      openCheckpointStore("gs://bucket"),
      /must be .* s3:\/\/BUCKET\/PREFIX, got 'gs:/,
    );
  });
});

describe("s3Environment()", () => {
  it("reads the variables that all tools for S3 read, the narrower one first", () => {
    assertEquals(s3Environment(env({})), { endpoint: undefined, region: undefined });
    assertEquals(
      s3Environment(env({
        AWS_ENDPOINT_URL: "http://a",
        AWS_ENDPOINT_URL_S3: "http://b",
        AWS_DEFAULT_REGION: "c",
        AWS_REGION: "d",
      })),
      { endpoint: "http://b", region: "d" },
    );
    assertEquals(s3Environment(env({ AWS_ENDPOINT_URL: "http://a", AWS_ENDPOINT_URL_S3: "" })), {
      endpoint: "http://a",
      region: "us-east-1",
    });
    assertEquals(s3Environment(env({ AWS_DEFAULT_REGION: "c" })).region, "c");
  });

  it("refuses an endpoint that is no URL", async () => {
    const variables = env({ AWS_ENDPOINT_URL: "minio:9000" });
    const rule = /AWS_ENDPOINT_URL must be a URL such as http:\/\/minio:9000, got 'minio:9000'/;
    assertThrowsMatch(() => s3Environment(variables), rule);
    assertThrowsMatch(() => checkpointPermissions("s3://bucket", variables), rule);
    await assertFails(openCheckpointStore("s3://bucket", variables), rule);
  });
});

describe("checkpointPermissions()", () => {
  it("needs the folder and nothing else", () => {
    const folder = join(Deno.cwd(), "a");
    assertEquals(checkpointPermissions("a", env({})), { net: [], read: [folder], write: [folder] });
  });

  it("needs the way to the storage and nothing else, where keys are given", () => {
    const keys = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
    const net = (variables: Readonly<Record<string, string>>) =>
      checkpointPermissions("s3://bucket", env({ ...keys, ...variables }));
    assertEquals(net({ AWS_ENDPOINT_URL: "http://minio:9000/x" }), {
      net: ["minio:9000"],
      read: [],
      write: [],
    });
    assertEquals(net({ AWS_ENDPOINT_URL: "https://storage" }).net, ["storage:443"]);
    assertEquals(net({ AWS_ENDPOINT_URL: "http://[::1]" }).net, ["[::1]:80"]);
    assertEquals(net({ AWS_REGION: "eu-central-1" }).net, ["*.amazonaws.com:443"]);
    assertEquals(net({ AWS_REGION: "cn-north-1" }).net, ["*.amazonaws.com.cn:443"]);
  });

  it("needs the places of credentials, where no keys are given", () => {
    const { net, read } = checkpointPermissions(
      "s3://bucket",
      env({ HOME: "/home/me", AWS_WEB_IDENTITY_TOKEN_FILE: "/token" }),
    );
    assertEquals(read, ["/home/me/.aws", "/token"]);
    assertEquals(net.includes("169.254.169.254:80"), true);
  });
});
