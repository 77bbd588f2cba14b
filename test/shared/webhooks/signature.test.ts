import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { signatureHeaders, signingSecretOf } from "../../../shared/webhooks/signature.ts";

const secretOf = (fill: number): string => signingSecretOf(new Uint8Array(32).fill(fill));
const now = new Date();
const message = { id: "d1", body: JSON.stringify({ type: "ApprovalRequested", text: "ä🦊" }) };

describe("what is sent", () => {
  it("a signed event is believed by the public library under its secret, and under no other", () => {
    const headers = signatureHeaders({ signing: secretOf(1), previous: null }, message, now);
    expect(new Webhook(secretOf(1)).verify(message.body, headers)).toEqual(JSON.parse(message.body));
    expect(() => new Webhook(secretOf(2)).verify(message.body, headers)).toThrow();
    expect(() => new Webhook(secretOf(1)).verify(`${message.body} `, headers)).toThrow();
  });

  it("a signed event is believed under both secrets while one replaces the other, and then under the new one alone", () => {
    const soon = new Date(now.getTime() + 1_000).toISOString();
    const both = { signing: secretOf(2), previous: { signing: secretOf(1), until: soon } };
    const during = signatureHeaders(both, message, now);
    for (const fill of [1, 2]) expect(new Webhook(secretOf(fill)).verify(message.body, during)).toBeDefined();
    const over = { ...both, previous: { signing: secretOf(1), until: now.toISOString() } };
    const after = signatureHeaders(over, message, now);
    expect(new Webhook(secretOf(2)).verify(message.body, after)).toBeDefined();
    expect(() => new Webhook(secretOf(1)).verify(message.body, after)).toThrow();
  });
});
