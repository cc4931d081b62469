/** Addresses that webhooks may have: which are refused, and why. */
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { addressProblem, specialRange } from "../../webhooks/address/address_rule.ts";
import { parseAllowList } from "../../webhooks/address/allow_list.ts";
import { parseWebhookUrl, WebhookUrlError } from "../../webhooks/address/parse_url.ts";
import { checkHost } from "../../webhooks/sender/serve.ts";
import { present } from "../support/present.ts";

const allow = (text: string) => present(parseAllowList(text));
const problemOf = (url: string, addresses: readonly string[], allowed = "") =>
  addressProblem(new URL(url), addresses, allow(allowed));

describe("the range of an address", () => {
  const ranges: Record<string, readonly string[]> = {
    loopback: ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1"],
    private: ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "::ffff:10.0.0.1"],
    "link-local": ["169.254.169.254", "fe80::1", "fe80::1%eth0"],
    "carrier-grade NAT": ["100.64.0.1", "100.127.255.255"],
    "unique local": ["fc00::1", "fdff::1"],
    multicast: ["224.0.0.1", "239.255.255.255", "ff02::1"],
    broadcast: ["255.255.255.255"],
    unspecified: ["0.0.0.0", "0.1.2.3", "::"],
    reserved: ["192.0.0.1", "192.0.2.1", "198.18.0.1", "240.0.0.1", "2001:db8::1", "4000::1"],
    // Addresses that lead to one of IPv4, which may be private.
    NAT64: ["64:ff9b::a00:1"],
    "6to4": ["2002:a00:1::1"],
    teredo: ["2001::1"],
  };
  for (const [range, addresses] of Object.entries(ranges)) {
    it(`is ${range} for ${addresses.join(", ")}`, () => {
      assertEquals(addresses.map(specialRange), addresses.map(() => range));
    });
  }

  it("is none for public addresses", () => {
    for (const address of ["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111"]) {
      assertEquals(specialRange(address), undefined, address);
    }
  });

  it("is reserved for an IPv4 address in the old form of IPv6", () => {
    assertEquals(specialRange("::7f00:1"), "reserved");
  });
});

describe("the rule of addresses", () => {
  it("takes public addresses by https", () => {
    assertEquals(problemOf("https://example.com", ["93.184.216.34", "2606:2800::1"]), undefined);
  });

  it("refuses a host as soon as one of its addresses is not public, and says which", () => {
    assertEquals(
      problemOf("https://example.com", ["93.184.216.34", "10.0.0.5"]),
      "must have a public address unless EPOCHQL_WEBHOOK_ALLOW lists it, got 'example.com' at 10.0.0.5 (private)",
    );
  });

  it("refuses http unless the host is listed", () => {
    assertMatch(
      problemOf("http://example.com", ["93.184.216.34"]) ?? "",
      /^must be one that EPOCHQL_WEBHOOK_ALLOW lists where the address is not https/,
    );
    assertEquals(problemOf("http://example.com", ["93.184.216.34"], "example.com"), undefined);
    assertEquals(problemOf("http://example.com", ["93.184.216.34"], "93.0.0.0/8"), undefined);
  });

  it("takes what is listed, by name, address or network, and nothing beside it", () => {
    assertEquals(problemOf("http://hooks.internal", ["10.0.0.5"], "hooks.internal"), undefined);
    assertEquals(problemOf("http://hooks.internal", ["10.0.0.5"], "10.0.0.0/8"), undefined);
    assertEquals(problemOf("http://[fd00::5]/", ["fd00::5"], "[fd00::]/8"), undefined);
    assertEquals(problemOf("http://[::ffff:a00:5]/", ["::ffff:a00:5"], "10.0.0.5"), undefined);
    const unlisted = problemOf("https://other.internal", ["10.0.0.5"], "hooks.internal");
    assertMatch(unlisted ?? "", /10.0.0.5/);
    const second = problemOf("https://hooks.internal", ["10.0.0.5", "127.0.0.1"], "10.0.0.0/8");
    assertMatch(second ?? "", /127.0.0.1 \(loopback\)/);
  });

  it("sees the address behind each way to write it", async () => {
    const numbers = ["127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1"];
    const hosts = [...numbers, "[::ffff:127.0.0.1]", "[::1]"];
    for (const host of hosts) {
      const problem = await checkHost(new URL(`https://${host}/`), allow(""));
      assertMatch(problem ?? "", /\(loopback\)$/, host);
    }
  });

  it("looks names up, and names those that it cannot find", async () => {
    const resolve = (host: string) =>
      host === "example.com" ? Promise.resolve(["10.0.0.5"]) : Promise.reject(
        Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" }),
      );
    const check = (url: string) => checkHost(new URL(url), allow(""), resolve);
    assertMatch(
      await check("https://example.com.") ?? "",
      /'example.com' at 10.0.0.5 \(private\)$/,
    );
    const unknown = "must be a name that can be looked up, got 'nowhere.example' (ENOTFOUND)";
    assertEquals(await check("https://nowhere.example"), unknown);
    const none = () => Promise.resolve([]);
    const empty = await checkHost(new URL("https://empty.example"), allow(""), none);
    assertMatch(empty ?? "", /\(no address\)$/);
  });
});

describe("the address of a webhook", () => {
  it("is refused with the reason", () => {
    const refused: Record<string, RegExp> = {
      "": /^must be an address such as https:\/\/example.com\/hook, got ""$/,
      "example.com/hook": /must be an address such as/,
      "ftp://example.com": /must be an address such as/,
      "https:example.com": /must be an address such as/,
      "javascript:alert(1)": /must be an address such as/,
      "https://user:secret@example.com/": /no user name and no password.* got '…@example.com'$/,
      "https://user@example.com/": /no user name/,
      "https://example.com:0/": /must have a port from 1 to 65535, got 0$/,
      "https://example.com/#a": /no fragment, which is not sent, got '#a'$/,
      [`https://example.com/${"a".repeat(2_000)}`]: /at most 2000 characters, got 2020$/,
    };
    for (const [url, message] of Object.entries(refused)) {
      assertMatch(assertThrows(() => parseWebhookUrl(url), WebhookUrlError).message, message);
    }
  });

  it("may have a port, a path and a query", () => {
    const url = "https://example.com:8443/hook?for=me";
    assertEquals(parseWebhookUrl(url).href, url);
  });
});

describe("the list of allowed hosts", () => {
  it("holds names, addresses and networks", () => {
    for (const text of ["", " hooks.internal , 10.1.2.3", "::1", "[::1]", "fd00::/8", "a_b-c.d"]) {
      assertEquals(parseAllowList(text) !== undefined, true, text);
    }
  });

  it("refuses all else", () => {
    for (const text of ["10.1", "10.0.0.0/33", "300.1.1.1", "a b", "*.x", "host:80", "http://x"]) {
      assertEquals(parseAllowList(text), undefined, text);
    }
  });
});
