import { describe, expect, it } from "vitest";
import { lookUp } from "../../../../functions/tools/declared/look-up.ts";
import type { ActingLive, Reply } from "../../../../functions/tools/declared/means.ts";
import type { Condition } from "../../../../shared/contracts/binding/declared.ts";
import type { LookUp } from "../../../../shared/execution/call-outcome.ts";
import type { Json } from "../../../../shared/plan/json.ts";
import { liveCall, toolCall } from "../../../ports/tool-adapter.ts";
import { ownContract } from "../contracts.ts";

const contract = ownContract({ tool_name: "set_stage" });

/** Asks about a call, of a service that answers so. */
const asked = async (
  reply: Json | Exclude<Reply, { kind: "done" }>,
  happened_when: Condition,
  did_not_happen_when?: Condition,
): Promise<LookUp["kind"]> => {
  const answer: Reply =
    typeof reply === "object" && reply !== null && "kind" in reply ? (reply as Reply) : { kind: "done", body: reply };
  const request = {};
  const look_up = { request, happened_when, ...(did_not_happen_when === undefined ? {} : { did_not_happen_when }) };
  const acting = {
    call: liveCall(toolCall(contract, { stage: "won" }), "key_1"),
    means: { binding: { call: request, look_up }, write: async () => answer },
  } as unknown as ActingLive<object>;
  return (await lookUp(acting, "forward")).kind;
};

const WON: Condition = { path: "/contact/stage", equals: { $arg: "/stage" } };
const GONE: Condition = { path: "/contact/id", equals: null };
const absent: Reply = { kind: "without_effect", error: "answered 404", absent: true };

describe("a look-up that knows only when a call happened", () => {
  it.each([
    ["another value", { contact: { stage: "lead" } }],
    ["null", { contact: { stage: null } }],
    ["a record that lacks the field", { contact: { id: "c1" } }],
  ])("a look-up that knows only the done takes %s for a call's not having happened", async (_, body) => {
    expect(await asked(body, WON)).toBe("did_not_happen");
  });

  it("a look-up that knows only the done takes a list without such an item for its not having happened", async () => {
    const first: Condition = { path: "/items/0/stage", equals: "won" };
    expect(await asked({ items: [] }, first)).toBe("did_not_happen");
    expect(await asked({ items: [{ stage: "won" }] }, first)).toBe("happened");
  });

  it.each([
    ["a page of text", "<html>We are back soon</html>"],
    ["an error in JSON", { error: "maintenance" }],
    ["nothing", null],
    ["a record in another shape", { data: { contact: { stage: "lead" } } }],
  ])("a look-up that knows only the done knows nothing by %s", async (_, body) => {
    expect(await asked(body, WON)).toBe("unknown");
    expect(await asked(body, { path: "/stage", equals: "won" })).toBe("unknown");
  });

  it("a look-up takes a 404 for a call's not having happened", async () => {
    expect(await asked(absent, WON)).toBe("did_not_happen");
  });
});

describe("a look-up of a call that takes something away", () => {
  it("a look-up of a removal knows that it happened by a record that says so, and nothing by what is no record", async () => {
    expect(await asked({ contact: { id: null } }, GONE)).toBe("happened");
    expect(await asked({ contact: {} }, GONE)).toBe("happened");
    expect(await asked({ contact: { id: "c1" } }, GONE)).toBe("did_not_happen");
    expect(await asked("<html>We are back soon</html>", GONE)).toBe("unknown");
    expect(await asked({ error: "maintenance" }, GONE)).toBe("unknown");
  });

  it("a look-up of a removal knows nothing by a 404, which another's removal leaves alike", async () => {
    expect(await asked(absent, GONE)).toBe("unknown");
  });
});

describe("a look-up that also knows when a call did not happen", () => {
  const unknown_key: Condition = { path: "/call", equals: null };

  it("a look-up that also knows the undone is believed, also where nothing stands there", async () => {
    expect(await asked({}, WON, unknown_key)).toBe("did_not_happen");
    expect(await asked({ call: null }, WON, unknown_key)).toBe("did_not_happen");
    expect(await asked({ call: { state: "running" } }, WON, unknown_key)).toBe("unknown");
  });

  it("a look-up that also knows the undone knows nothing by a page of text, which lacks everything", async () => {
    expect(await asked("<html>We are back soon</html>", WON, unknown_key)).toBe("unknown");
  });
});
