import { expect, it } from "vitest";
import { shownAddress } from "../../../shared/webhooks/webhook.ts";

it.each([
  ["https://desk.example.com/buddy?token=x", "https://desk.example.com/buddy"],
  ["https://desk.example.com/teams/approvals-of-the-week", "https://desk.example.com/teams/approvals-of-the-week"],
  ["https://desk.example.com/hooks/12345/aZ09aZ09aZ09aZ09aZ09", "https://desk.example.com/hooks/12345/(secret)"],
])("the address %s is shown as %s", (url, shown) => {
  expect(shownAddress(url)).toBe(shown);
});
