import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { describe, expect, it } from "vitest";
import type { ConsoleConfig } from "../../../functions/api/console/console-config.ts";
import { consoleFile } from "../../../functions/api/console/console-file.ts";
import { serveConsole } from "../../../functions/api/console/serve-console.ts";

const PROGRAM = "export {};".repeat(20);
const files = async () => [
  consoleFile("index.html", Buffer.from("<!doctype html>"), {}),
  consoleFile("main-ABCDEFGH.js", Buffer.from(PROGRAM), {
    br: new Uint8Array(brotliCompressSync(PROGRAM)),
    gzip: new Uint8Array(gzipSync(PROGRAM)),
  }),
];
const served = (config: ConsoleConfig = { sign_in: { kind: "link" } }): Hono => {
  const app = new Hono();
  serveConsole(app, { files, config });
  return app;
};

describe("the console as it is served", () => {
  it("the console is one page at every place of it, asked for anew each time", async () => {
    for (const path of ["/console", "/console/", "/console/requests/ap-1"]) {
      const answer = await served().request(path);
      expect([answer.status, await answer.text()]).toEqual([200, "<!doctype html>"]);
      expect(answer.headers.get("cache-control")).toBe("no-cache");
    }
  });

  it("the console may run its own script and ask its own server, and nothing else", async () => {
    const policy = (await served().request("/console")).headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("connect-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/u);
  });

  it("the console may ask the issuer as well, where that signs people in", async () => {
    const sign_in = {
      ...{ kind: "code" as const, authorize_url: "https://in.example/authorize", client_id: "people" },
      ...{ token_url: "https://in.example/oauth2/token", scopes: ["buddy/read"] },
    };
    const answer = await served({ sign_in }).request("/console/config.json");
    expect(await answer.json()).toEqual({ sign_in });
    expect(answer.headers.get("content-security-policy")).toContain("connect-src 'self' https://in.example;");
  });

  it("a file of the console is kept for good, whose name changes with its content", async () => {
    const answer = await served().request("/console/assets/main-ABCDEFGH.js");
    expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(answer.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  });

  const asset = (headers: Record<string, string>) => served().request("/console/assets/main-ABCDEFGH.js", { headers });

  it.each([
    ["gzip, deflate, br, zstd", "br"],
    ["gzip", "gzip"],
    ["br;q=0.1, gzip;q=0.8", "gzip"],
    ["br;q=0, gzip;q=0", null],
    ["identity", null],
    ["", null],
  ])("a file of the console is sent as small as a browser takes it: to %o as %o", async (wanted, form) => {
    const answer = await asset({ "accept-encoding": wanted });
    expect(answer.headers.get("content-encoding")).toBe(form);
    expect(answer.headers.get("vary")).toBe("accept-encoding");
    const bytes = Buffer.from(await answer.arrayBuffer());
    const read = form === "br" ? brotliDecompressSync(bytes) : form === "gzip" ? gunzipSync(bytes) : bytes;
    expect(read.toString()).toBe(PROGRAM);
  });

  it("a file of the console is not sent to a browser that has just this form of it", async () => {
    const [br, plain] = await Promise.all([asset({ "accept-encoding": "br" }), asset({})]);
    const etag = br.headers.get("etag") ?? "";
    expect(etag).not.toBe(plain.headers.get("etag"));
    for (const known of [etag, `"other", W/${etag}`]) {
      const again = await asset({ "accept-encoding": "br", "if-none-match": known });
      expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
    }
    expect((await asset({ "accept-encoding": "gzip", "if-none-match": etag })).status).toBe(200);
  });

  it("a file of the console leaves a function of the cloud whole", async () => {
    const event = {
      ...{ version: "2.0", routeKey: "$default", rawPath: "/console/assets/main-ABCDEFGH.js", rawQueryString: "" },
      ...{ headers: { "accept-encoding": "br" }, body: null, isBase64Encoded: false },
      requestContext: {
        ...{ accountId: "", apiId: "", authentication: null, authorizer: {}, domainName: "d", domainPrefix: "d" },
        http: { method: "GET", path: "/console/assets/main-ABCDEFGH.js", protocol: "", sourceIp: "", userAgent: "" },
        ...{ requestId: "", routeKey: "$default", stage: "$default", time: "", timeEpoch: 0 },
      },
    };
    const { body, isBase64Encoded } = await handle(served())(event);
    expect(isBase64Encoded).toBe(true);
    expect(brotliDecompressSync(Buffer.from(body, "base64")).toString()).toBe(PROGRAM);
  });

  it("a request for a file of the console that is gone is told to load the page again", async () => {
    const answer = await served().request("/console/assets/main-OLD.js");
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain("load the page again");
  });
});
