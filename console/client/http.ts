import type { Problem } from "../../functions/api/schemas.ts";
import type { Json } from "../../shared/plan/json.ts";
import type { Session } from "./session.ts";

/** The end of a request: a value (and how many requests it took, where not one), the API's refusal, or no answer at all. */
export type Answer<Value> =
  | { readonly kind: "value"; readonly value: Value; readonly requests?: number }
  | { readonly kind: "problem"; readonly problem: Problem }
  | { readonly kind: "silence" };

export type Query = Readonly<Record<string, string | number | undefined>>;

/** When the server was last heard, and since when it is silent; null while it answers. */
export type Contact = { readonly heard_at: number; readonly silent_since: number | null };

export type Http = {
  get<Value>(path: string, query?: Query): Promise<Answer<Value>>;
  send<Value>(method: "POST" | "PUT", path: string, body: Json): Promise<Answer<Value>>;
  remove<Value>(path: string): Promise<Answer<Value>>;
  /** Bytes of a file, in the parts that the API gives. */
  bytes(path: string): Promise<Answer<Uint8Array>>;
};

type Listening = {
  readonly contact: (contact: Contact) => void;
  readonly signedOut: (why: string) => void;
};

/** More than the API takes to answer a request that waits. */
const TIMEOUT_MS = 40_000;

const addressOf = (path: string, query: Query): string => {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
};

type Whole = { readonly response: Response; readonly body: ArrayBuffer };

const textOf = (body: ArrayBuffer): string => new TextDecoder().decode(body);

const jsonIn = (body: ArrayBuffer) => {
  try {
    return { value: JSON.parse(textOf(body)) };
  } catch {
    return undefined;
  }
};

/** A gateway before the API refuses in a form of its own. */
const problemIn = (body: ArrayBuffer): Problem | undefined => {
  const said = jsonIn(body)?.value;
  return typeof said?.title === "string" && typeof said.detail === "string" ? said : undefined;
};

/** A renewal that came to nothing is tried again no sooner, while the token holds. */
const RENEWED_AGAIN_MS = 5_000;

/**
 * Requests to the API in the name of who signed in. The token is renewed when it is about to end, beside what is asked:
 * while the API believes the one there is, nothing waits for whoever gives tokens, a stop least of all.
 */
export const httpOf = (signedIn: Session, { contact, signedOut }: Listening): Http => {
  let session = signedIn;
  let renewing: Promise<void> | undefined;
  let silent_since: number | null = null;

  let renew_at = session.renew_at;

  const renew = async (): Promise<void> => {
    try {
      const next = await session.renew();
      if ("why" in next) signedOut(next.why);
      else session = next;
      renew_at = session.renew_at;
    } catch {
      renew_at = Date.now() + RENEWED_AGAIN_MS;
    }
  };
  /** Renewed once, though several requests may be about to be sent. @throws where it is over and no other is given */
  const token = async (): Promise<string> => {
    if (Date.now() > Math.min(renew_at, session.ends_at)) {
      renewing ??= renew().finally(() => {
        renewing = undefined;
      });
    }
    if (Date.now() > session.ends_at) await renewing;
    if (Date.now() > session.ends_at) throw new Error("the token is over");
    return session.token;
  };
  const silent = (): void => {
    silent_since ??= Date.now();
    contact({ heard_at: silent_since, silent_since });
  };
  /** The answer with all of its bytes: a connection may be lost while they come. */
  const ask = async (address: string, init: RequestInit): Promise<Whole | undefined> => {
    try {
      const headers = { ...init.headers, authorization: `Bearer ${await token()}` };
      const response = await fetch(address, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
      const body = await response.arrayBuffer();
      silent_since = null;
      contact({ heard_at: Date.now(), silent_since });
      return { response, body };
    } catch {
      silent();
      return undefined;
    }
  };
  const problemOf = ({ response, body }: Whole): Answer<never> => {
    const problem: Problem = problemIn(body) ?? {
      type: "",
      title: "An answer that is not the API's",
      status: response.status,
      detail: `something between this page and Buddy answered ${response.status}`,
    };
    if (response.status === 401) signedOut(problem.detail);
    return { kind: "problem", problem };
  };
  const answered = async <Value>(address: string, init: RequestInit = {}): Promise<Answer<Value>> => {
    const whole = await ask(address, init);
    if (whole === undefined) return { kind: "silence" };
    if (!whole.response.ok) return problemOf(whole);
    const said: { readonly value: Value } | undefined = jsonIn(whole.body);
    if (said !== undefined) return { kind: "value", ...said };
    // A page that something else sent in its place: Buddy was not heard.
    silent();
    return { kind: "silence" };
  };
  return {
    get: (path, query = {}) => answered(addressOf(path, query)),
    send: (method, path, body) =>
      answered(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    remove: (path) => answered(path, { method: "DELETE" }),
    bytes: async (path) => {
      const parts: Uint8Array[] = [];
      for (let got = 0, size = 1; got < size; ) {
        const whole = await ask(path, { headers: { range: `bytes=${got}-` } });
        if (whole === undefined) return { kind: "silence" };
        const { response, body } = whole;
        // An empty file has no range.
        if (response.status === 416 && got === 0) break;
        if (!response.ok) return problemOf(whole);
        const part = new Uint8Array(body);
        parts.push(part);
        got += part.length;
        size = Number(/\/(\d+)$/u.exec(response.headers.get("content-range") ?? "")?.[1] ?? got);
      }
      return { kind: "value", value: new Uint8Array(await new Blob(parts.map((part) => part.slice())).arrayBuffer()) };
    },
  };
};
