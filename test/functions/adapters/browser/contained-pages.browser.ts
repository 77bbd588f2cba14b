import { createSocket } from "node:dgram";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { afterAll, afterEach, beforeEach, expect, it } from "vitest";
import { chromiumPages, type KeptPages } from "../../../../functions/adapters/browser/chromium-pages.ts";
import type { ClientOptions } from "../../../../functions/adapters/http/connections.ts";
import type { ToolContract } from "../../../../shared/contracts/tool-contract.ts";
import { accept } from "../../../../shared/plan/result.ts";
import { describeInBrowser } from "../../../browser/describe-in-browser.ts";
import { makeCertificate } from "../../../counterparts/certificate.ts";
import { SIGN_IN_PASSWORD, startFormApp } from "../../../counterparts/form-app.ts";
import { listeningPort } from "../../../counterparts/listening-port.ts";
import { liveCall, toolCall } from "../../../ports/tool-adapter.ts";
import { defined, goOn, inspect, signingInAt, toolsOver, waitingFor, wayOver } from "../../tools/browser/form-tools.ts";

const app = await startFormApp();
/** A server of somebody else, which counts who comes. */
let arrived = 0;
const other = createServer((_request, answer) => {
  arrived += 1;
  answer.end("<p>Elsewhere</p>");
});
other.on("upgrade", (_request, socket) => {
  arrived += 1;
  socket.destroy();
});
await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
const elsewhere = `http://localhost:${listeningPort(other)}/`;
const secure = createSecureServer(await makeCertificate(), (_request, answer) => {
  arrived += 1;
  answer.end("<p>Secure</p>");
});
await new Promise<void>((resolve) => secure.listen(0, "127.0.0.1", resolve));
const untrusted = `localhost:${listeningPort(secure)}`;
afterAll(async () => {
  await app.stop();
  other.closeAllConnections();
  other.close();
  secure.close();
});

await describeInBrowser("a page", (browser) => {
  let pages: KeptPages | undefined;
  beforeEach(() => {
    arrived = 0;
    app.clear();
    app.leadTo(elsewhere);
  });
  afterEach(() => pages?.closeAll());

  const over = (contract: ToolContract, reach: Partial<ClientOptions> = {}, secrets = {}, patience = 20_000) => {
    pages = chromiumPages({
      start: async () => accept(browser()),
      reach: { allowed_hosts: [app.host], networks: [], loopback: true, ...reach },
      now: Date.now,
    });
    const way = wayOver(waitingFor(pages, patience), secrets);
    const tools = toolsOver(contract, way);
    return {
      way,
      look: () => tools.dryRun.preview(toolCall(contract, {})),
      act: () => tools.live.call(liveCall(toolCall(contract, {}), "key_1")),
    };
  };
  const onHost = (host: string, url: string) => ({
    binding: { ...Object(inspect(app).binding), hosts: [host], open: url },
  });

  it("a page is not opened on a host that the deployment does not allow", async () => {
    const { look } = over(defined(inspect(app)), { allowed_hosts: [] });
    await expect(look()).rejects.toThrow(`this deployment's tools may not reach ${app.host}`);
    expect(app.requests).toEqual([]);
  });

  it("a page is not opened on this machine unless a setting allows that", async () => {
    const { look } = over(defined(inspect(app)), { loopback: false });
    await expect(look()).rejects.toThrow("is reached by https only");
    expect(app.requests).toEqual([]);
  });

  it("a page is not opened by plain http elsewhere", async () => {
    const contract = defined(
      inspect(app, "/", {
        binding: { ...Object(inspect(app).binding), hosts: ["forms.example"], open: { $arg: "/url" } },
        input_schema: { type: "object", properties: { url: { type: "string" } } },
      }),
    );
    pages = chromiumPages({
      start: async () => accept(browser()),
      reach: { allowed_hosts: ["forms.example:80", "forms.example"], networks: [], loopback: true },
      now: Date.now,
    });
    const { dryRun } = toolsOver(contract, wayOver(pages));
    await expect(dryRun.preview(toolCall(contract, { url: "http://forms.example/" }))).rejects.toThrow(
      "is reached by https only",
    );
  });

  it("a page is not opened where one of the addresses of its name is private", async () => {
    const resolve = async () => ["93.184.216.34", "10.0.0.1"];
    const { look } = over(defined(inspect(app, "/", onHost("forms.example", "https://forms.example/"))), {
      allowed_hosts: ["forms.example"],
      resolve,
    });
    await expect(look()).rejects.toThrow("10.0.0.1 is not an address of the public internet");
  });

  it("a page is not opened with a certificate that nobody is told to trust", async () => {
    const { look } = over(defined(inspect(app, "/", onHost(untrusted, `https://${untrusted}/`))), {
      allowed_hosts: [untrusted],
    });
    await expect(look()).rejects.toThrow("ERR_CERT");
    expect(arrived).toBe(0);
  });

  it("a page is not opened where an argument names another host", async () => {
    const source = inspect(app);
    const contract = defined({
      ...source,
      input_schema: { type: "object", properties: { url: { type: "string" } } },
      binding: { ...Object(source.binding), open: { $arg: "/url" } },
    });
    pages = chromiumPages({
      start: async () => accept(browser()),
      reach: { allowed_hosts: ["*", app.host], networks: [], loopback: true },
      now: Date.now,
    });
    const { dryRun } = toolsOver(contract, wayOver(pages));
    for (const url of [elsewhere, "file:///etc/hostname", "javascript:1", `http://a:b@${app.host}/`, "about:blank"]) {
      await expect(dryRun.preview(toolCall(contract, { url })), url).rejects.toThrow("the call cannot be made");
    }
    expect(arrived).toBe(0);
  });

  it("a page does not follow a redirect to a host that is not its own", async () => {
    const { look } = over(defined(inspect(app, "/away")));
    await expect(look()).rejects.toThrow("cannot be opened");
    expect(arrived).toBe(0);
  });

  it("a page brings no frame and no picture of another host", async () => {
    expect((await over(defined(inspect(app, "/odd/framed"))).look()).output).toMatchObject({
      text: expect.stringContaining("Here"),
    });
    expect(arrived).toBe(0);
  });

  it("a page opens no socket to another host", async () => {
    await over(defined(inspect(app, "/odd/socket"))).look();
    await over(defined(goOn(app, "/odd/alert"))).act();
    expect(arrived).toBe(0);
  });

  it("a page sends nothing over UDP, and shows no address, to make a call to another page", async () => {
    let heard = 0;
    const asked = createSocket("udp4").on("message", () => {
      heard += 1;
    });
    await new Promise<void>((resolve) => asked.bind(0, "127.0.0.1", resolve));
    const context = await browser().newContext();
    try {
      const page = await context.newPage();
      // Its first address, or that it has found out all that it may.
      const found = await page.evaluate(`(async () => {
        const calling = new RTCPeerConnection({ iceServers: [{ urls: "stun:127.0.0.1:${asked.address().port}" }] });
        calling.createDataChannel("call");
        const first = new Promise((resolve) => {
          calling.onicecandidate = ({ candidate }) => resolve(candidate?.candidate ?? "none");
        });
        await calling.setLocalDescription(await calling.createOffer());
        return first;
      })()`);
      expect(found).toBe("none");
      expect(heard).toBe(0);
    } finally {
      await context.close();
      asked.close();
    }
  });

  it("a page is not left for another host by a link, and the outcome of the click is unknown", async () => {
    const outcome = await over(defined(goOn(app, "/odd/elsewhere"))).act();
    expect(outcome).toMatchObject({
      kind: "indeterminate",
      error: expect.stringContaining("is not among the hosts of the contract"),
    });
    expect(arrived).toBe(0);
  });

  it("a page sends no form to another host", async () => {
    const outcome = await over(defined(goOn(app, "/odd/posted_elsewhere"))).act();
    expect(outcome).toMatchObject({ kind: "indeterminate" });
    expect(arrived).toBe(0);
  });

  const signingIn = (changes = {}) => {
    const sign_in = signingInAt(app);
    const source = goOn(app, "/private", changes);
    const actions = [
      { fill: { label: "Company" }, value: SIGN_IN_PASSWORD },
      { click: { role: "button", name: "Next" } },
    ];
    return defined({ ...source, binding: { ...Object(source.binding), sign_in, actions } });
  };

  it("a page is signed in by the name of a secret, whose text is in nothing that is said of it", async () => {
    const { look, act } = over(signingIn(), {}, { forms: SIGN_IN_PASSWORD });
    const shown = await look();
    expect(shown.summary).toContain(`on ${app.url}/private`);
    const outcome = await act();
    expect(outcome).toMatchObject({ kind: "committed" });
    expect(JSON.stringify([shown, outcome])).not.toContain(SIGN_IN_PASSWORD);
    expect(app.requests.filter((each) => each === "POST /session")).toHaveLength(2);
  });

  it("a page is not opened where the secret is missing or wrong, and says neither", async () => {
    await expect(over(signingIn()).look()).rejects.toThrow(
      "there is no secret read/forms: an operator keeps it first (buddy secrets set read/forms;",
    );
    const wrong = over(signingIn({}), {}, { forms: "not-the-password" }, 3_000);
    await expect(wrong.look()).rejects.toThrow(/^signing in: /);
    await expect(wrong.look()).rejects.not.toThrow("not-the-password");
  });
});
