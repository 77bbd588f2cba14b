import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { askedPage, confirmPage, donePage, oddPage, signInPage, startPage } from "./form-pages.ts";
import { listeningPort } from "./listening-port.ts";

/** Ways in which it answers an act. Each that says `after` has acted before. */
export type Misbehaviour = "fails_after" | "never_answers_after" | "resets_after" | "refuses" | "slow_page" | "drifted";

export type FormApp = {
  /** `localhost:8123` */
  readonly host: string;
  readonly url: string;
  /** Everything that it was made to do: the references, or the texts of what was posted. */
  readonly effects: string[];
  /** Requests, as `POST /account`. */
  readonly requests: string[];
  misbehave(how: Misbehaviour | undefined): void;
  /** Where pages that lead away lead to; `http://elsewhere.example/` unless said. */
  leadTo(address: string): void;
  /** Done before the next such request is answered: `POST /confirm`. */
  atRequest(request: string, work: () => Promise<void>): void;
  clear(): void;
  stop(): Promise<void>;
};

const USER = { user: "ada", password: "correct-horse-battery" };
export const SIGN_IN_PASSWORD = USER.password;

type Page = { readonly status: number; readonly headers: { readonly [name: string]: string }; readonly body: string };
type Reply = Page | "nothing" | "reset";

const shown = (body: string, status = 200): Page => ({
  status,
  headers: { "content-type": "text/html; charset=utf-8" },
  body,
});
const FILE: Page = {
  status: 200,
  headers: { "content-disposition": 'attachment; filename="report.csv"' },
  body: "a,b",
};
const ledTo = (location: string, more = {}): Page => ({ status: 303, headers: { location, ...more }, body: "" });

/** A web application of several pages with a store of its own, plain http on loopback, that misbehaves on command. */
export const startFormApp = async (): Promise<FormApp> => {
  const effects: string[] = [];
  const requests: string[] = [];
  let how: Misbehaviour | undefined;
  let planned: { readonly request: string; readonly work: () => Promise<void> } | undefined;
  let elsewhere = "http://elsewhere.example/";

  /** Acts, and answers as it was told to. */
  const act = (effect: string, then: Reply): Reply => {
    if (how === "refuses") return shown("<p>No</p>", 422);
    effects.push(effect);
    if (how === "fails_after") return shown("<p>Broken</p>", 500);
    if (how === "never_answers_after") return "nothing";
    return how === "resets_after" ? "reset" : then;
  };

  const post = (path: string, form: URLSearchParams, text: string): Reply => {
    switch (path) {
      case "/account":
        return ledTo(`/confirm?account=${encodeURIComponent(form.get("email") ?? "")}`);
      case "/confirm":
        return act(form.get("reference") || `account ${form.get("account")}`, ledTo("/done"));
      case "/made":
        return act(text, { status: 204, headers: {}, body: "" });
      case "/made/nothing":
        return act(text, { status: 204, headers: {}, body: "" });
      case "/made/file":
        return act(text, FILE);
      case "/session":
        return form.get("user") === USER.user && form.get("password") === USER.password
          ? ledTo("/private", { "set-cookie": "session=1; HttpOnly" })
          : shown(signInPage(), 401);
      default:
        return shown("", 404);
    }
  };

  const get = ({ pathname, searchParams }: URL, cookie: string): Reply => {
    if (how === "slow_page") return "nothing";
    if (pathname.startsWith("/odd/")) return shown(oddPage(pathname.slice(5), elsewhere));
    const reference = searchParams.get("reference") ?? "";
    switch (pathname) {
      case "/":
        return shown(how === "drifted" ? startPage().replace("Acme", "Other") : startPage());
      case "/confirm":
        return shown(confirmPage(searchParams.get("account") ?? ""));
      case "/done":
        return shown(donePage());
      case "/asked":
        return shown(askedPage(reference, effects.includes(reference)));
      case "/sign-in":
        return shown(signInPage());
      case "/private":
        return shown(cookie.includes("session=1") ? startPage("<h2>Signed in</h2>") : signInPage());
      case "/private/said":
        // As a careless application says back what somebody signed in with.
        return shown(
          cookie.includes("session=1")
            ? startPage(`<h2>Signed in</h2><p id="said">with ${USER.password}</p>`)
            : signInPage(),
        );
      case "/never":
        return "nothing";
      case "/away":
        return ledTo(elsewhere);
      case "/file":
        return FILE;
      default:
        return shown("<p>Not here</p>", 404);
    }
  };

  const give = (answer: ServerResponse, reply: Reply): void => {
    if (reply === "nothing") return;
    if (reply === "reset") answer.destroy();
    else answer.writeHead(reply.status, reply.headers).end(reply.body);
  };

  const server = createServer((request, answer) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const asked = `${request.method} ${url.pathname}`;
    requests.push(asked);
    const answered = async (): Promise<void> => {
      const text = request.method === "GET" ? "" : await textOf(request);
      const reply =
        request.method === "GET"
          ? get(url, request.headers.cookie ?? "")
          : post(url.pathname, new URLSearchParams(text), text);
      if (planned?.request === asked) await planned.work();
      give(answer, reply);
    };
    answered().catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = listeningPort(server);
  const host = `localhost:${port}`;
  return {
    host,
    url: `http://${host}`,
    effects,
    requests,
    misbehave: (next) => {
      how = next;
    },
    leadTo: (address) => {
      elsewhere = address;
    },
    atRequest: (request, work) => {
      planned = { request, work };
    },
    clear: () => {
      planned = undefined;
      how = undefined;
      effects.length = 0;
      requests.length = 0;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const textOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
};
