import { describe, expect, it } from "vitest";
import { liveToolbox } from "../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../functions/tools/world/memory-world.ts";
import { START_PAGE } from "../../../functions/tools/world/seed-data.ts";
import { seedWorld } from "../../../functions/tools/world/seed-world.ts";
import { COLLECTIONS, type World } from "../../../functions/tools/world/world.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { valueAt } from "../../../shared/plan/json-pointer.ts";
import { ToolFailure } from "../../../shared/ports/tools.ts";
import { liveCall, toolCall } from "../../ports/tool-adapter.ts";
import { standardContract } from "./contracts.ts";

const setUp = async (through: (world: World) => World = (world) => world) => {
  const world = memoryWorld();
  await seedWorld(world, { contacts: 30 });
  const toolbox = liveToolbox(through(world));
  const tool = (tool_name: string) => {
    const contract = standardContract(tool_name);
    const adapter = toolbox.adapterFor(contract);
    return {
      preview: (args: JsonObject) => adapter.preview(toolCall(contract, args)),
      call: (args: JsonObject, step = "s1") => adapter.call(liveCall(toolCall(contract, args, step), `key of ${step}`)),
      lookUp: (args: JsonObject) => adapter.lookUp(liveCall(toolCall(contract, args), "key of s1"), "forward"),
    };
  };
  return { world, tool };
};

describe("a search", () => {
  const found = async (args: JsonObject) => {
    const { tool } = await setUp();
    const { output } = await tool("ghl_search").preview(args);
    return { id: valueAt(output, "/contact_id"), total: valueAt(output, "/total") };
  };

  it.each([{ query: "c7" }, { query: "hiroshi tanaka" }, { email: "Hiroshi.Tanaka@northwind-dental.example" }])(
    "a search feeds the id of the one best match: %j",
    async (args) => expect(await found(args)).toEqual({ id: "c7", total: 1 }),
  );

  it("a search feeds no id at all when nothing matches, so that a reference to it finds nothing", async () => {
    expect(await found({ query: "nobody@nowhere.example" })).toEqual({ id: undefined, total: 0 });
    expect(await found({ query: "c7", email: "other@example.com" })).toEqual({ id: undefined, total: 0 });
  });

  it("a search feeds no id when several match equally well, rather than any of them", async () => {
    const { id, total } = await found({ query: "Northwind Dental" });
    expect(id).toBeUndefined();
    expect(total).toBeGreaterThan(1);
  });

  it("a search finds a contact that was created before", async () => {
    const { tool } = await setUp();
    const created = await tool("ghl_create_contact").call({ email: "ada@example.com", first_name: "Ada" });
    if (created.kind !== "committed") throw new Error(created.error);
    const { output } = await tool("ghl_search").preview({ query: "ada@example.com" });
    expect(valueAt(output, "/contact_id")).toBe(valueAt(created.output, "/contact_id"));
  });
});

describe("an update of a contact", () => {
  const stage = (value: string): JsonObject => ({ contact_id: "c1", fields: { stage: value } });

  it("an update of a contact is previewed with the other agent's value as the old one, and with who wrote it", async () => {
    const { tool } = await setUp();
    await tool("ghl_update_contact").call(stage("proposal"), "s9");
    const { changes, summary } = await tool("ghl_update_contact").preview(stage("customer"));
    expect(changes).toEqual([{ record: "ghl:contact:c1", field: "stage", old: "proposal", new: "customer" }]);
    expect(summary).toContain("stage was written by exec_1/s9 (agent_1)");
  });

  it("an update of a contact drifts: its preview differs once somebody else has changed the field, and only then", async () => {
    const { tool } = await setUp();
    const sealed = await tool("ghl_update_contact").preview(stage("customer"));
    await tool("ghl_update_contact").call({ contact_id: "c1", fields: { phone: "+1 555 0199" } }, "s8");
    expect(await tool("ghl_update_contact").preview(stage("customer"))).toEqual(sealed);
    await tool("ghl_update_contact").call(stage("proposal"), "s9");
    expect(await tool("ghl_update_contact").preview(stage("customer"))).not.toEqual(sealed);
  });

  it("an update of a contact is refused in words where there is no such contact, in the preview and in the call", async () => {
    const { tool } = await setUp();
    const args = { contact_id: "c999", fields: { stage: "lead" } };
    await expect(tool("ghl_update_contact").preview(args)).rejects.toThrow(
      new ToolFailure("the CRM has no contact c999"),
    );
    expect(await tool("ghl_update_contact").call(args)).toEqual({
      kind: "rejected",
      error: "the CRM has no contact c999",
    });
  });

  it("an update of a contact can be rehearsed on one that the plan is yet to create, but not called", async () => {
    const { world, tool } = await setUp();
    const created = await tool("ghl_create_contact").preview({ email: "ada@example.com" });
    const args: JsonObject = { contact_id: valueAt(created.output, "/contact_id") ?? null, fields: { stage: "lead" } };
    const { changes } = await tool("ghl_update_contact").preview(args);
    expect(changes).toEqual([{ record: "ghl:contact:(new)", field: "stage", old: null, new: "lead" }]);
    expect((await tool("ghl_update_contact").call(args)).kind).toBe("rejected");
    expect(await world.list(COLLECTIONS.ghlContacts)).toHaveLength(30);
  });

  it("an update of a contact cannot make one into another", async () => {
    const { tool } = await setUp();
    const args = { contact_id: "c1", fields: { contact_id: "c2" } };
    await expect(tool("ghl_update_contact").preview(args)).rejects.toThrow("cannot be changed");
  });
});

describe("a creation", () => {
  it("the creation of a contact says who has the address already", async () => {
    const { tool } = await setUp();
    const { summary } = await tool("ghl_create_contact").preview({ email: "hiroshi.tanaka@northwind-dental.example" });
    expect(summary).toContain("c7 has this address already");
  });

  it("a creation shows as two records when the same call is sent twice to a service that does not know keys", async () => {
    const { world, tool } = await setUp();
    const mail = { to: "ada@example.com", subject: "Hello", body: "Hi" };
    await tool("msgraph_send_email").call(mail);
    await tool("msgraph_send_email").call(mail);
    expect(await world.list(COLLECTIONS.outbox)).toHaveLength(2);
  });
});

describe("a page", () => {
  it("a page can be filled and clicked, twice over, with the fields' contents in the preview of the click", async () => {
    const { tool } = await setUp();
    for (const round of [1, 2]) {
      await tool("form_fill").call({ selector: "#email", value: `round-${round}@example.com` }, `fill${round}`);
      const { output, changes } = await tool("button_click").preview({ selector: "#next" });
      expect(output).toMatchObject({ sent: { "#email": `round-${round}@example.com` } });
      expect(changes).toEqual([{ record: `page:${START_PAGE} #next`, field: "clicks", old: round - 1, new: round }]);
      expect((await tool("button_click").call({ selector: "#next" }, `click${round}`)).kind).toBe("committed");
    }
  });

  it("a page shows in its picture's reference whether anything on it has changed", async () => {
    const { tool } = await setUp();
    const picture = async () => valueAt((await tool("screenshot_capture").preview({})).output, "/image");
    const before = await picture();
    expect(await picture()).toBe(before);
    await tool("form_fill").call({ selector: "#email", value: "ada@example.com" });
    expect(await picture()).not.toBe(before);
  });

  it.each([
    ["vision_inspect", { url: "https://elsewhere.example" }, "no page https://elsewhere.example"],
    ["text_extract", { selector: "#none" }, "no #none"],
    ["form_fill", { selector: "#none", value: "x" }, "no element"],
    ["form_fill", { selector: "#next", value: "x" }, "is no field"],
    ["button_click", { selector: "#email" }, "is no button"],
    ["web_action_irreversible", { url: "https://elsewhere.example", action: "pay" }, "no page"],
  ])(
    "a page without the element or address of a call of %s is a failure in words: %j",
    async (tool_name, args, words) => {
      const { tool } = await setUp();
      await expect(tool(tool_name).preview(args)).rejects.toThrow(words);
      expect(await tool(tool_name).call(args)).toMatchObject({ kind: "rejected" });
    },
  );
});

describe("a write whose reply is lost", () => {
  const CREATE = { email: "ada@example.com" };
  const losing =
    (lost: "before" | "after") =>
    (world: World): World => ({
      ...world,
      write: async (...parameters) => {
        if (lost === "after") await world.write(...parameters);
        throw new Error("connection reset");
      },
    });

  it("a write whose reply is lost is indeterminate, and found to have happened when it had", async () => {
    const { world, tool } = await setUp(losing("after"));
    expect((await tool("ghl_create_contact").call(CREATE)).kind).toBe("indeterminate");
    const found = await tool("ghl_create_contact").lookUp(CREATE);
    const created = (await world.list(COLLECTIONS.ghlContacts)).filter(({ value }) => value.email === CREATE.email);
    expect(created).toHaveLength(1);
    expect(found).toMatchObject({ kind: "happened", output: { contact_id: created[0]?.id } });
  });

  it("a write whose reply is lost is indeterminate, and found not to have happened when it had not", async () => {
    const { tool } = await setUp(losing("before"));
    expect((await tool("ghl_create_contact").call(CREATE)).kind).toBe("indeterminate");
    expect(await tool("ghl_create_contact").lookUp(CREATE)).toEqual({ kind: "did_not_happen" });
  });

  it("a write that the client repeats by itself, and is then told has moved, has one effect", async () => {
    const repeating = (world: World): World => ({
      ...world,
      write: async (...parameters) => {
        await world.write(...parameters);
        return world.write(...parameters);
      },
    });
    const { world, tool } = await setUp(repeating);
    expect((await tool("msgraph_send_email").call({ to: "a@example.com", subject: "x", body: "" })).kind).toBe(
      "committed",
    );
    expect(await world.list(COLLECTIONS.outbox)).toHaveLength(1);
  });

  it("a write is given up, with nothing written, when the record never holds still", async () => {
    const { world, tool } = await setUp((inner) => ({ ...inner, write: async () => "moved" }));
    const outcome = await tool("ghl_update_contact").call({ contact_id: "c1", fields: { stage: "lead" } });
    expect(outcome).toMatchObject({ kind: "rejected", error: expect.stringContaining("kept changing") });
    expect((await world.read(COLLECTIONS.ghlContacts, "c1"))?.version).toBe(1);
  });
});

describe("two calls on one record at once", () => {
  it("two calls on one record at once both take effect when they write different fields", async () => {
    const { world, tool } = await setUp();
    const update = tool("ghl_update_contact");
    await Promise.all([
      update.call({ contact_id: "c1", fields: { stage: "lead" } }, "s1"),
      update.call({ contact_id: "c1", fields: { phone: "+1 555 0188" } }, "s2"),
    ]);
    expect((await world.read(COLLECTIONS.ghlContacts, "c1"))?.value).toMatchObject({
      stage: "lead",
      phone: "+1 555 0188",
    });
  });
});
