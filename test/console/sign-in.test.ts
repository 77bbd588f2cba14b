import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { howToSignIn, type Session, type SignedOut } from "../../console/client/session.ts";
import { signInByLink } from "../../console/client/sign-in-by-link.ts";

// The page keeps drafts, and there is no page here.
vi.stubGlobal("addEventListener", () => undefined);
const { signInAtIssuer } = await import("../../console/client/sign-in-at-issuer.ts");

const issuer = {
  kind: "code" as const,
  authorize_url: "https://issuer.example.com/auth",
  token_url: "https://issuer.example.com/token",
  client_id: "console",
  scopes: [],
};

const asked = { state: "s", verifier: "v", place: "/console", drafts: { writer: null, texts: [] } };

/** Each way in, and what it is answered where all is well. */
const WAYS: readonly [string, () => Promise<Session | SignedOut>, object][] = [
  [
    "an issuer",
    () => signInAtIssuer(issuer, { code: "c", error: null, asked }),
    { access_token: "t", refresh_token: "r", expires_in: 300 },
  ],
  ["the server of this machine", () => signInByLink("c"), { token: "t", name: "bob", seconds: 300 }],
];

const answers = (answer: () => Response): void => {
  vi.stubGlobal("fetch", async () => answer());
};

const signedInBy = async (signIn: () => Promise<Session | SignedOut>): Promise<Session> => {
  const found = await signIn();
  if ("why" in found) throw new Error(found.why);
  return found;
};

beforeEach(() => {
  vi.stubGlobal("location", { origin: "https://buddy.example.com" });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe.each(WAYS)("renewing at %s", (_who, signIn, given) => {
  it.each([408, 429, 500, 503])(
    "an answer %i to a renewal is no no: whoever gives tokens is asked again",
    async (status) => {
      answers(() => Response.json(given));
      const { renew } = await signedInBy(signIn);
      answers(() => Response.json({ error: "later" }, { status }));
      await expect(renew()).rejects.toThrow(`answered ${status}`);
    },
  );

  it("an answer 400 to a renewal is a no", async () => {
    answers(() => Response.json(given));
    const { renew } = await signedInBy(signIn);
    answers(() => Response.json({ error: "invalid_grant", detail: "this session is over" }, { status: 400 }));
    expect(await renew()).toMatchObject({ why: expect.stringMatching(/sign in again|over/u) });
  });
});

const ASKED: readonly [string, () => Promise<unknown>][] = [
  ...WAYS.map(([who, signIn]): [string, () => Promise<unknown>] => [who, signIn]),
  ["a server that is asked how people sign in", howToSignIn],
];

it.each(ASKED)("%s that never answers is not waited for without end", async (_who, ask) => {
  vi.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort(new Error("too late")));
  vi.stubGlobal("fetch", async (_address: string, { signal }: RequestInit = {}) => {
    signal?.throwIfAborted();
    return Response.json({});
  });
  await expect(ask()).rejects.toThrow("too late");
});
