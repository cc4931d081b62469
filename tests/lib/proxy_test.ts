import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { bypassProxyOnLoopback, proxyFor } from "../../lib/proxy.ts";

describe("bypassProxyOnLoopback()", () => {
  it("keeps what is excepted already, in either case of the variable", () => {
    for (const name of ["NO_PROXY", "no_proxy"]) {
      const env = new Map([[name, "corp.example"]]);
      bypassProxyOnLoopback(env);
      assertEquals(env.get("NO_PROXY")?.split(",").slice(0, 3), [
        ...["corp.example", "localhost", "127.0.0.0/8"],
      ]);
    }
  });
});

describe("proxyFor()", () => {
  it("finds the variable by the scheme, hides passwords, and finds none for this machine", () => {
    const env = new Map([["HTTP_PROXY", "http://me:secret@proxy:3128"], [
      "all_proxy",
      "socks5://p",
    ]]);
    const find = (url: string) => proxyFor(new URL(url), env);
    assertEquals(find("http://gpu:8000"), {
      variable: "HTTP_PROXY",
      address: "http://…@proxy:3128",
    });
    assertEquals(find("https://gpu"), { variable: "all_proxy", address: "socks5://p" });
    for (const host of ["127.0.0.1:8000", "localhost", "[::1]:1", "127.1.2.3"]) {
      assertEquals(find(`http://${host}`), undefined);
    }
    assertEquals(proxyFor(new URL("http://gpu"), new Map()), undefined);
  });
});
