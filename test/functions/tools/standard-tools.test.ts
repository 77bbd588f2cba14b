import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { STANDARD_TOOLS } from "../../../functions/tools/standard/index.ts";
import { liveToolbox } from "../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../functions/tools/world/memory-world.ts";
import { START_PAGE } from "../../../functions/tools/world/seed-data.ts";
import { seedWorld } from "../../../functions/tools/world/seed-world.ts";
import { COLLECTIONS, type World } from "../../../functions/tools/world/world.ts";
import { standardContracts } from "../../../shared/contracts/standard-contracts.ts";
import { writes } from "../../../shared/contracts/tool-contract.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { inSandbox } from "../../ports/sandbox-world.ts";
import { liveCall, toolAdapterSuite, toolCall } from "../../ports/tool-adapter.ts";
import { standardContract } from "./contracts.ts";

const makeWorld = async () => {
  const world = memoryWorld();
  await seedWorld(world, { contacts: 6, candidates: 4 });
  return world;
};

const url = fc.constantFrom(START_PAGE);
const text = fc.string({ minLength: 1, maxLength: 12 });
const words = fc.constantFrom("Lindner", "c2", "nobody at all", "", "Bluebird Logistics");
const address = fc.constantFrom("new.person@example.com", "benedikt.lindner@bluebird-logistics.example");
const someOf = (shape: { [name: string]: fc.Arbitrary<JsonObject[string]> }, required: string[]) =>
  fc.record(shape, { requiredKeys: required, noNullPrototype: true });
const fieldName = fc.constantFrom("email", "phone", "stage", "note", "tags");
const fieldValue = fc.oneof(text, fc.integer(), fc.constant(null), fc.constant<string[]>(["vip"]), fc.constant("lead"));
const fields: fc.Arbitrary<JsonObject> = fc.dictionary(fieldName, fieldValue, { minKeys: 1, noNullPrototype: true });
const person = { email: address, first_name: text, last_name: text, phone: text, company: text, fields };

const ARGUMENTS: { [tool_name: string]: fc.Arbitrary<JsonObject> } = {
  vision_inspect: someOf({ url, question: text }, []),
  screenshot_capture: someOf({ url, full_page: fc.boolean() }, []),
  text_extract: someOf({ url, selector: fc.constantFrom("#email", "#next") }, []),
  memory_search: someOf({ query: words, limit: fc.integer({ min: 1, max: 9 }) }, []),
  goal_query: someOf({ query: words, goal_id: fc.constantFrom("g1", "g9") }, []),
  form_fill: fc.oneof(
    someOf({ url }, []),
    someOf({ url, selector: fc.constantFrom("#email", "#name"), value: fc.string() }, ["selector", "value"]),
  ),
  button_click: someOf({ url, selector: fc.constantFrom("#next", "#submit") }, []),
  mployer_search: someOf({ query: words, email: address }, []),
  ghl_search: someOf({ query: words, email: address, limit: fc.integer({ min: 1, max: 9 }) }, []),
  ghl_update_contact: someOf({ contact_id: fc.constantFrom("c1", "c2"), fields }, ["contact_id", "fields"]),
  ghl_create_contact: someOf(person, ["email"]),
  mployer_add_contact: someOf(person, ["email"]),
  msgraph_send_email: someOf(
    { to: fc.oneof(address, fc.array(address, { minLength: 1 })), subject: text, body: fc.string() },
    ["to", "subject", "body"],
  ),
  web_action_irreversible: someOf({ url, action: text, details: fields }, ["url", "action"]),
};

const NEW = { drift: "it makes what is new: nothing stands there that somebody else could change" };
for (const contract of standardContracts()) {
  const args = ARGUMENTS[contract.tool_name];
  if (args === undefined) throw new Error(`no arguments to try ${contract.tool_name} with: ARGUMENTS has none`);
  const cannot = contract.compensation === "none" ? NEW : {};
  toolAdapterSuite({ contract, arguments: args, makePlace: inSandbox(contract, makeWorld), cannot });
}

describe("the standard tools", () => {
  it("the standard tools are the ones that have a contract", () => {
    expect([...STANDARD_TOOLS.keys()].sort()).toEqual(
      standardContracts()
        .map(({ tool_name }) => tool_name)
        .sort(),
    );
  });

  it("the standard tools write exactly where their contract says that they write", () => {
    for (const [tool_name, { kind }] of STANDARD_TOOLS) {
      expect([tool_name, kind === "write"]).toEqual([tool_name, writes(standardContract(tool_name))]);
    }
  });

  const writing = [...STANDARD_TOOLS.keys()].filter((tool_name) => writes(standardContract(tool_name)));
  it.each(writing)(
    "the standard tool %s makes its call, and undoes it, without reading all that stands beside",
    async (name) => {
      const contract = standardContract(name);
      const world = await makeWorld();
      const whole: string[] = [];
      const list: World["list"] = (collection, query = {}) => {
        if ((query.prefix ?? "") === "" && collection !== COLLECTIONS.failures) whole.push(collection);
        return world.list(collection, query);
      };
      const tool = liveToolbox({ ...world, list }).adapterFor(contract);
      const [args = {}] = fc.sample(ARGUMENTS[name] ?? fc.constant({}), { numRuns: 1, seed: 7 });
      const call = toolCall(contract, args);
      await tool.prepareUndo(call);
      const outcome = await tool.call(liveCall(call, "key_1"));
      if (outcome.kind !== "committed") throw new Error(outcome.error);
      await tool.lookUp(liveCall(call, "key_1"), "forward");
      if (outcome.undo !== null) {
        await tool.compensate(liveCall(call, "key_2"), outcome.undo);
        await tool.previewUndo(call, outcome.undo);
      }
      expect(whole).toEqual([]);
    },
  );
});
