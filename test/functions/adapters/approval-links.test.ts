import { expect, it } from "vitest";
import { memoryTable } from "../../../functions/adapters/memory/table.ts";
import { approvalLinks } from "../../../functions/adapters/table/approval-links.ts";
import { linkKey } from "../../../functions/adapters/table/keys/of-requests.ts";

it("a link that an earlier release gave leads where it led, by a row of its own", async () => {
  const table = memoryTable();
  const leads_to = { approval_id: "a1", expires_at: "2026-01-31T00:00:00.000Z" };
  const link = "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80";
  await table.put({ ...linkKey(link), body: JSON.stringify(leads_to) });
  expect(await approvalLinks(table).get(link)).toEqual(leads_to);
  expect(await approvalLinks(table).get(link.toLowerCase())).toBeUndefined();
});
