import { expect, it } from "vitest";
import { authorise } from "../../../functions/api/http/caller.ts";

const asked = (name: string) => authorise({ name, scopes: ["read"] }, ["read"]);

it.each([
  ["half of a sign", "\ud800x", "half of a surrogate pair"],
  ["blanks", " \t", "nothing that can be seen"],
  ["signs that nobody sees", "\u200b\u2060", "nothing that can be seen"],
  ["more than a name has", "n".repeat(257), "257 characters"],
  ["the system's own name", "Buddy", "what records call this system itself"],
])("a token whose subject is %s is nobody's", (_what, name, words) => {
  const refused = asked(name);
  if (refused.ok) throw new Error(`${name} was taken`);
  expect(refused.refusal).toMatchObject({ status: 401, detail: expect.stringContaining(words) });
});

it.each(["n".repeat(255), "auth0|5f7c8ec7c33c6c004bbafe82", "buddy-desk"])(
  "a token whose subject is %s is somebody's",
  (name) => expect(asked(name)).toEqual({ ok: true, value: { name, scopes: ["read"] } }),
);
