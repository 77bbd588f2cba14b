import { expect, it } from "vitest";
import { knownSecrets } from "../../../functions/tools/known-secrets.ts";

it.each(['a "quoted" canary', "-----BEGIN KEY-----\ncanary\n-----END KEY-----", "canary\\with\\strokes"])(
  "a secret is masked as it is, in an address and in JSON that is quoted: %j",
  (secret) => {
    const known = knownSecrets();
    known.remember(secret);
    for (const text of [secret, encodeURIComponent(secret), JSON.stringify({ said: [secret] })]) {
      expect(known.maskedText(`it said ${text}`)).not.toContain("canary");
    }
    expect(known.maskedText(JSON.stringify({ said: secret }))).toBe('{"said":"(secret)"}');
  },
);

it.each([
  ["in JSON that escapes its strokes", '{"said":"canary\\/of<the>\\"one\\" & \'other\'+="}'],
  ["in JSON that escapes what HTML would read", "canary/of\\u003cthe\\u003E\\\"one\\\" \\u0026 'other'+="],
  ["in a form", "said=canary%2Fof%3Cthe%3E%22one%22+%26+%27other%27%2B%3D&more=1"],
  ["in an address with small digits", "https://crm.example.com/canary%2fof%3cthe%3e%22one%22%20%26%20'other'%2b%3d"],
  ["in HTML by names", "<p>canary/of&lt;the&gt;&quot;one&quot; &amp; &apos;other&apos;+=</p>"],
  ["in HTML by numbers", "<p>canary&#x2F;of&#60;the&#62;&#34;one&#34; &#38; &#039;other&#x27;+&#x3d;</p>"],
])("a secret is masked as an answer writes it %s", (_, text) => {
  const known = knownSecrets();
  known.remember("canary/of<the>\"one\" & 'other'+=");
  const masked = known.maskedText(text);
  expect(masked).toContain("(secret)");
  expect(masked).not.toMatch(/canary|one|other|%3d|=$/iu);
});

it.each([
  ["by itself", ""],
  ["of a header with a bearer", "Bearer "],
  ["of a pair", "u:"],
  ["of a longer pair", "user:"],
])(
  "a secret is masked in the base64 %s, whatever stands behind it, in the digits of addresses as well",
  (_, before) => {
    const secret = "canary>>>???~~~ of the crm";
    const known = knownSecrets();
    known.remember(secret);
    for (const behind of ["", "!", "?!", " and more"]) {
      const bytes = Buffer.from(`${before}${secret}${behind}`);
      for (const digits of [bytes.toString("base64"), bytes.toString("base64url")]) {
        for (const said of [digits, encodeURIComponent(digits), digits.replaceAll("/", "\\/")]) {
          const masked = known.maskedText(`it said ${said}.`);
          expect(masked).toContain("(secret)");
          // Digits that the neighbours have a part in, and those that fill up the end.
          const neighbours = Math.ceil(((before.length + behind.length) * 4) / 3) + 3;
          const left = decodeURIComponent(masked.replace("it said ", "").replace("(secret)", ""));
          expect(left.length).toBeLessThanOrEqual(neighbours + ".".length);
        }
      }
    }
  },
);

it.each([
  ["a JSON text within a JSON text", JSON.stringify(JSON.stringify('canary "one"\\two\nthree'))],
  ["an address within an address", encodeURIComponent(encodeURIComponent('canary "one"\\two\nthree'))],
  ["HTML within HTML", "canary &amp;quot;one&amp;#34;\\two&amp;#10;three"],
])("a secret is masked in %s", (_, text) => {
  const known = knownSecrets();
  known.remember('canary "one"\\two\nthree');
  expect(known.maskedText(text)).toMatch(/^["\\]*\(secret\)["\\]*$/u);
});

it("a secret outside ASCII is masked as it is, in an address, and in JSON and HTML that are ASCII alone", () => {
  const known = knownSecrets();
  known.remember("schlüssel🔑");
  const texts = [
    "schlüssel🔑",
    "schl%C3%BCssel%f0%9f%94%91",
    "schl\\u00fcssel\\ud83d\\uDD11",
    "schl&#252;ssel&#x1f511;",
  ];
  expect(texts.map(known.maskedText)).toEqual(Array(4).fill("(secret)"));
});

it.each([
  [["canary-of-crm", "canary-of-crm_write_9988"]],
  [["canary-of-crm_write_9988", "canary-of-crm"]],
  [["of-crm_write", "canary-of-crm_write_9988"]],
])("a secret that holds another is masked as a whole, whichever was known first: %j", (secrets) => {
  const known = knownSecrets();
  for (const secret of secrets) known.remember(secret);
  expect(known.maskedText("said canary-of-crm_write_9988 twice: canary-of-crm_write_9988")).toBe(
    "said (secret) twice: (secret)",
  );
});

it("a secret as long as a store takes leaves nothing of itself in any writing", () => {
  const known = knownSecrets();
  const secret = '{"key":"canary"}'.repeat(4_096);
  known.remember(secret);
  for (const text of [secret, JSON.stringify(secret), encodeURIComponent(secret)]) {
    expect(known.maskedText(text).replaceAll("(secret)", "")).toMatch(/^(?:"")?$/u);
  }
});

it("texts that were made of secrets are masked while they are in use, the newest of the others, and secrets always", async () => {
  const known = knownSecrets();
  const inUse = new Set(["token-0-of-the-issuer", "token-1-of-the-issuer"]);
  await known.ask({ family: "read", get: async () => "the-secret-itself" }, "crm");
  for (let n = 0; n < 1_000; n += 1) {
    const token = `token-${n}-of-the-issuer`;
    known.remember(token, () => inUse.has(token));
  }
  const text =
    "the-secret-itself token-0-of-the-issuer token-1-of-the-issuer token-900-of-the-issuer token-999-of-the-issuer";
  expect(known.maskedText(text)).toBe("(secret) (secret) (secret) (secret) (secret)");
  expect(known.maskedText("token-2-of-the-issuer token-899-of-the-issuer")).not.toContain("(secret)");
  inUse.clear();
  known.remember("token-1000-of-the-issuer");
  expect(known.maskedText("token-0-of-the-issuer")).toBe("token-0-of-the-issuer");
});
