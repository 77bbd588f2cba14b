import { expect, it } from "vitest";
import { keptTokens } from "../../../../functions/tools/http/tokens.ts";

const TOKEN_URL = "https://login.example.com/token";
const credentials = { token_url: TOKEN_URL, client_id: "buddy", client_secret: "a-text-of-it" };

it("a token that no header can hold is refused in words, without its text, and asked for anew the next time", async () => {
  let asked = 0;
  const client = {
    send: async () => {
      asked += 1;
      return { kind: "answered", status: 200, body: { access_token: "tökén", expires_in: 3_600 } } as const;
    },
  };
  const tokens = keptTokens(() => 0);
  const get = () => tokens.get(client, credentials, { hosts: ["login.example.com"], timeout_ms: 1_000 });
  const why = `the token that ${TOKEN_URL} gave cannot be sent in a header: it is not printable ASCII in one line`;
  expect(await get()).toEqual({ ok: false, refusal: { why } });
  await get();
  expect(asked).toBe(2);
});
