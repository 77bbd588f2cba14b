import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import type { ConsoleConfig } from "../../../functions/api/console/console-config.ts";
import { serveConsole } from "../../../functions/api/console/serve-console.ts";

const file = (name: string, content_type: string, text: string) => ({
  ...{ name, content_type },
  content: new TextEncoder().encode(text),
});
const files = async () => [
  file("index.html", "text/html; charset=utf-8", "<!doctype html>"),
  file("main-ABCDEFGH.js", "text/javascript; charset=utf-8", "export {};"),
];
const served = (config: ConsoleConfig = { sign_in: { kind: "link" } }): Hono => {
  const app = new Hono();
  serveConsole(app, { files, config });
  return app;
};

describe("the console as it is served", () => {
  it("is one page at every place of it, asked for anew each time", async () => {
    for (const path of ["/console", "/console/", "/console/requests/ap-1"]) {
      const answer = await served().request(path);
      expect([answer.status, await answer.text()]).toEqual([200, "<!doctype html>"]);
      expect(answer.headers.get("cache-control")).toBe("no-cache");
    }
  });

  it("may run its own script and ask its own server, and nothing else", async () => {
    const policy = (await served().request("/console")).headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("connect-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/u);
  });

  it("may ask the issuer as well, where that signs people in", async () => {
    const sign_in = {
      ...{ kind: "code" as const, authorize_url: "https://in.example/authorize", client_id: "people" },
      ...{ token_url: "https://in.example/oauth2/token", scopes: ["buddy/read"] },
    };
    const answer = await served({ sign_in }).request("/console/config.json");
    expect(await answer.json()).toEqual({ sign_in });
    expect(answer.headers.get("content-security-policy")).toContain("connect-src 'self' https://in.example;");
  });

  it("keeps a file for good, whose name changes with its content", async () => {
    const answer = await served().request("/console/assets/main-ABCDEFGH.js");
    expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(answer.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  });

  it("says of a file that is gone to load the page again", async () => {
    const answer = await served().request("/console/assets/main-OLD.js");
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain("load the page again");
  });
});
