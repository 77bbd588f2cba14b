import { describe, expect, it } from "vitest";
import { contractList, contractReply, eventPage } from "../../../functions/api/schemas.ts";
import { OPERATORS } from "../../../shared/audit/audit-event.ts";
import { toolContract } from "../../../shared/contracts/tool-contract.ts";
import { as, harness } from "./harness.ts";

const OLGA = as("Olga");
const OTTO = as("otto");
const path = "/contracts/msgraph_send_email";

const mailing = async () => {
  const h = await harness();
  const inForce = async () => toolContract.parse(await (await h.get(path)).json());
  const contract = await inForce();
  const lower = { ...contract, risk_level: "MEDIUM", requires_approval: false, approvals_required: 0 };
  const put = async (body: object, caller: typeof OLGA) => {
    const response = await h.put(path, body, caller);
    return { status: response.status, reply: contractReply.parse(await response.json()) };
  };
  const pending = async () => contractList.parse(await (await h.get("/contracts")).json()).pending;
  return { h, inForce, contract, lower, put, pending };
};

describe("a version that lowers a guard", () => {
  it("a version that lowers a guard is not in force until a second person puts the same, and both are on record", async () => {
    const { h, inForce, contract, lower, put, pending } = await mailing();
    const proposed = await put(lower, OLGA);
    expect(proposed.status).toBe(202);
    expect(proposed.reply).toMatchObject({
      contract: { version: 1 },
      unchanged: true,
      pending: {
        proposed_by: "Olga",
        contract: { version: 2 },
        lowers: expect.arrayContaining(["risk HIGH becomes MEDIUM"]),
      },
    });
    expect(await inForce()).toEqual(contract);
    expect((await pending()).map(({ contract: { tool_name } }) => tool_name)).toEqual(["msgraph_send_email"]);

    const confirmed = await put(lower, OTTO);
    expect(confirmed.status).toBe(201);
    expect(confirmed.reply).toMatchObject({ contract: { version: 2, risk_level: "MEDIUM" }, unchanged: false });
    expect(await inForce()).toMatchObject({ version: 2, risk_level: "MEDIUM" });
    expect(await pending()).toEqual([]);
    const events = eventPage.parse(await (await h.get(`/executions/${OPERATORS}/events`)).json()).items;
    expect(events.map(({ type, actor }) => `${type} ${actor}`)).toEqual([
      "contract_proposed Olga",
      "contract_put otto",
    ]);
    expect(events.at(-1)?.body).toMatchObject({ proposed_by: "Olga", lowers: expect.any(Array) });
  });

  it("a version that lowers a guard is confirmed by nobody who proposed it, under whatever spelling", async () => {
    const { h, inForce, lower, put } = await mailing();
    await put(lower, OLGA);
    for (const same of ["Olga", "olga", "OLGA", "0lga"]) {
      expect((await put(lower, as(same))).status, same).toBe(202);
    }
    expect((await inForce()).version).toBe(1);
    const events = eventPage.parse(await (await h.get(`/executions/${OPERATORS}/events`)).json()).items;
    expect(events).toHaveLength(1);
  });

  it("a version that lowers a guard is confirmed as it was proposed: whoever puts another one proposes that", async () => {
    const { inForce, contract, lower, put, pending } = await mailing();
    await put(lower, OLGA);
    const other = await put({ ...contract, required_permissions: [] }, OTTO);
    expect(other.status).toBe(202);
    expect(other.reply.pending).toMatchObject({
      proposed_by: "otto",
      lowers: ["permission email_send is not required"],
    });
    expect((await inForce()).version).toBe(1);
    // Olga's has made way: put again, it is proposed anew.
    expect((await put(lower, as("carol"))).reply.pending?.proposed_by).toBe("carol");
    expect(await pending()).toHaveLength(1);
  });

  it("a version that lowers a guard lapses when another version came into force meanwhile", async () => {
    const { inForce, contract, lower, put, pending } = await mailing();
    await put(lower, OLGA);
    expect((await put({ ...contract, approvals_required: 3 }, OTTO)).status).toBe(201);
    expect(await pending()).toEqual([]);
    const again = await put(lower, OTTO);
    expect([again.status, again.reply.pending?.proposed_by]).toEqual([202, "otto"]);
    expect(await inForce()).toMatchObject({ version: 2, approvals_required: 3 });
  });

  it("a version is no lowering where its tool is new, or where it raises a guard", async () => {
    const { h, contract, put } = await mailing();
    expect((await put({ ...contract, approvals_required: 2, timeout_seconds: 30 }, OLGA)).status).toBe(201);
    expect((await put({ ...contract, approvals_required: 2, timeout_seconds: 40 }, OLGA)).status).toBe(201);
    const { tool_name: _name, ...rest } = contract;
    expect((await h.put("/contracts/mail_again", { ...rest, risk_level: "HIGH" }, OLGA)).status).toBe(201);
  });

  it("a version that lowers a guard comes into force once where two confirm it at the same moment", async () => {
    const { inForce, lower, put } = await mailing();
    await put(lower, OLGA);
    const both = await Promise.all([put(lower, OTTO), put(lower, as("carol"))]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 201]);
    expect((await inForce()).version).toBe(2);
  });
});
