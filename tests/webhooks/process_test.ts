/** The sender process: what it may do, its certificates, and its end. */
import { assertEquals, assertMatch, assertNotEquals, fail } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { senderPermissions } from "../../webhooks/permissions.ts";
import { createSenderProcess, type Sender } from "../../webhooks/sender/process.ts";
import { folderPerTest } from "../support/temporary_folder.ts";
import { startReceiver } from "./receiver.ts";

const request = (url: string) => ({
  url,
  headers: { "webhook-id": "msg_1" },
  body: JSON.stringify({ type: "webhook.ping", data: {} }),
  timeoutMs: 8_000,
});

describe("the sender process", () => {
  const folder = folderPerTest();
  let sender: Sender | undefined;
  let cert: string | undefined;

  beforeEach(() => {
    cert = Deno.env.get("DENO_CERT");
  });
  afterEach(async () => {
    await sender?.close();
    if (cert === undefined) Deno.env.delete("DENO_CERT");
    else Deno.env.set("DENO_CERT", cert);
  });

  it("has the network and no other permission, and cannot reach this machine unless that is allowed", () => {
    const flags = senderPermissions("");
    assertEquals(flags.filter((flag) => flag.startsWith("--allow")), ["--allow-net"]);
    assertMatch(flags.join(" "), /--deny-net=\S*127\.0\.0\.0\/8/);
    assertEquals(senderPermissions("hooks.internal"), ["--no-prompt", "--allow-net"]);
  });

  it("sends many messages at the same time, and refuses what is not allowed", async () => {
    await using receiver = startReceiver();
    sender = createSenderProcess("127.0.0.1");
    const { send } = sender;
    const outcomes = await Promise.all([1, 2, 3].map(() => send(request(receiver.url))));
    assertEquals(outcomes.map((outcome) => outcome.kind === "answered" && outcome.status), [
      ...[204, 204, 204],
    ]);
    assertEquals(await sender.check(receiver.url), undefined);
    assertMatch(await sender.check("https://[::1]/") ?? "", /must have a public address/);
    const refused = await sender.send(request("http://10.0.0.1/"));
    assertMatch(refused.kind === "failed" ? refused.problem : "", /10.0.0.1 \(private\)/);
  });

  it("is replaced when it prints what is no reply, which fails the message and nothing else", async () => {
    const program = folder.join("garbage.ts");
    await Deno.writeTextFile(
      program,
      `console.log("no reply"); await Deno.stdin.read(new Uint8Array(9));`,
    );
    sender = createSenderProcess("127.0.0.1", program);
    for (let times = 0; times < 2; times++) {
      const outcome = await sender.send(request("http://127.0.0.1:9/"));
      assertEquals(
        outcome.kind === "failed" && outcome.problem,
        "The sender process did not answer",
      );
    }
  });

  it("is forbidden by Deno itself to connect to networks that are not public", async () => {
    const program = folder.join("connect.ts");
    await Deno.writeTextFile(
      program,
      `for (const hostname of ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.0.1"]) {
         await Deno.connect({ hostname, port: 9 }).catch(({ name }) => console.log(name));
       }`,
    );
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", ...senderPermissions(""), program],
    }).output();
    assertEquals(new TextDecoder().decode(stdout), "NotCapable\n".repeat(4));
  });

  it("verifies certificates, also those of an authority of one's own", async () => {
    const { authority, tls } = await makeCertificates(folder.path);
    await using receiver = startReceiver({ tls });
    const url = `https://localhost:${receiver.port}/hook`;

    sender = createSenderProcess("localhost,127.0.0.1");
    const unknown = await sender.send(request(url));
    assertMatch(unknown.kind === "failed" ? unknown.problem : "", /certificate|issuer/i);
    await sender.close();

    Deno.env.set("DENO_CERT", authority);
    sender = createSenderProcess("localhost,127.0.0.1");
    const known = await sender.send(request(url));
    assertEquals(known.kind === "answered" ? known.status : known.problem, 204);
    // The certificate is for the name, not for the address.
    const other = await sender.send(request(url.replace("localhost", "127.0.0.1")));
    assertMatch(other.kind === "failed" ? other.problem : "", /certificate|name|altname/i);
    assertEquals(receiver.received.length, 1);
  });

  it("is started again after its end", async () => {
    await using receiver = startReceiver();
    sender = createSenderProcess("127.0.0.1");
    const before = await sender.send(request(receiver.url));
    await sender.close();
    const after = await sender.send(request(receiver.url));
    assertEquals([before.kind, after.kind], ["answered", "answered"]);
    assertNotEquals(receiver.received.length, 1);
  });
});

/** Makes an authority, whose file is returned, and a certificate of it for the name localhost. */
async function makeCertificates(folder: string) {
  const openssl = async (...args: readonly string[]) => {
    const { success, stderr } = await new Deno.Command("openssl", { args: [...args], cwd: folder })
      .output();
    if (!success) fail(new TextDecoder().decode(stderr));
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  await openssl(
    ...["req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=A test"],
    ...["-addext", "basicConstraints=critical,CA:TRUE"],
  );
  await openssl(
    ...["req", ...key, "-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=localhost"],
  );
  await Deno.writeTextFile(join(folder, "names"), "subjectAltName=DNS:localhost");
  await openssl(
    ...["x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key"],
    ...["-out", "cert.pem", "-extfile", "names"],
  );
  const read = (name: string) => Deno.readTextFile(join(folder, name));
  return {
    authority: join(folder, "ca.pem"),
    tls: { cert: await read("cert.pem"), key: await read("key.pem") },
  };
}
