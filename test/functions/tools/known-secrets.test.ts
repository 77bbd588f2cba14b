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
