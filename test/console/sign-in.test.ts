import { afterEach, describe, expect, it, vi } from "vitest";
import { tokensFrom } from "../../console/client/issuer-tokens.ts";
import { answerInTime, howToSignIn } from "../../console/client/session.ts";

const issuer = {
  kind: "code" as const,
  authorize_url: "https://issuer.example.com/auth",
  token_url: "https://issuer.example.com/token",
  client_id: "console",
  scopes: [],
};

const signIn = () => tokensFrom(issuer, { grant_type: "authorization_code", code: "c" });

const answers = (answer: () => Response): void => {
  vi.stubGlobal("fetch", async () => answer());
};

const signedIn = async () => {
  answers(() => Response.json({ access_token: "t", refresh_token: "r", expires_in: 300 }));
  const found = await signIn();
  if ("why" in found) throw new Error(found.why);
  return found;
};

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("renewing at an issuer", () => {
  it.each([408, 429, 500, 503])(
    "an issuer that answers %i to a renewal does not say no: it is asked again",
    async (status) => {
      const { renew } = await signedIn();
      answers(() => Response.json({ error: "later" }, { status }));
      await expect(renew()).rejects.toThrow(`answered ${status}`);
    },
  );

  it("an issuer that answers 400 to a renewal says no", async () => {
    const { renew } = await signedIn();
    answers(() => Response.json({ error: "invalid_grant" }, { status: 400 }));
    expect(await renew()).toMatchObject({ why: expect.stringContaining("sign in again") });
  });
});

it.each<[string, () => Promise<unknown>]>([
  ["an issuer", signIn],
  ["a server that is asked how people sign in", howToSignIn],
  ["a server that renews the token of a link", () => answerInTime("/local/sign-in/renew", { method: "POST" })],
])("%s that never answers is not waited for without end", async (_who, ask) => {
  vi.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort(new Error("too late")));
  vi.stubGlobal("fetch", async (_address: string, { signal }: RequestInit = {}) => {
    signal?.throwIfAborted();
    return Response.json({});
  });
  await expect(ask()).rejects.toThrow("too late");
});
