import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { beforeAll, describe, expect, it } from "vitest";
import { extendApproval } from "../../functions/api/act/extend-approval.ts";
import { sweep } from "../../functions/execution/wait/sweep.ts";
import { deliver } from "../../functions/webhooks/deliver.ts";
import type { BusEvent } from "../../shared/ports/workflow.ts";
import { askingInOrder } from "../harness/asking-in-order.ts";
import { approve, requestFor, submit } from "../harness/people.ts";
import { plan, search, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";
import { aWebhook } from "../shared/webhooks/deliveries.ts";

const folder = new URL("../../docs/events/", import.meta.url);
const schemas = new Map(
  readdirSync(folder).map((file) => {
    const schema = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    return [String(schema.title), schema] as const;
  }),
);
const ajv = new Ajv2020({ allErrors: true });
addFormats.default(ajv);

describe("what is published on the bus", () => {
  let published: readonly BusEvent[];

  beforeAll(async () => {
    const world = await startWorld({ contracts: [askingInOrder(["alice", "bob"])] });
    // Thirty good searches are enough to learn from.
    const reads = Array.from({ length: 30 }, (_, index) => search(`r${index}`, "benedikt"));
    const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" }), ...reads])] });
    // Nobody opens or decides it for more than half of the time there is.
    await world.pass(48 * 3_600);
    const { approval_id } = await requestFor(world, id, "s1");
    await extendApproval(world.deps)(approval_id, { seconds: 3_600 }, "dora");
    await sweep(world.deps)();
    await approve(world, id, "s1");
    await world.rest();
    // An address that says that it is gone.
    await world.deps.webhooks.add(aWebhook());
    const secret = { signing: "whsec_MQ==", previous: null, url: "https://a.example/", slack_signing_secret: null };
    await world.deps.webhookSecrets.put("w1", secret);
    const gone = { send: async () => ({ kind: "answered", status: 410 }) as const };
    const event = { source: "buddy", "detail-type": "LearningSignal", detail: { id: "s1" } };
    await deliver({ ...world.deps, notices: gone })(event);
    published = world.bus.published;
  });

  it("what is published on the bus is what docs/events describes: these types and no others", () => {
    expect([...schemas.keys()].toSorted()).toEqual([...new Set(published.map(({ type }) => type))].toSorted());
  });

  it("an event on the bus has the form described for it, field for field", () => {
    for (const { type, detail } of published) {
      const valid = ajv.validate(schemas.get(type) ?? false, detail);
      expect(valid, `${type}: ${ajv.errorsText()} ${JSON.stringify(detail)}`).toBe(true);
    }
  });

  it("an event on the bus says how an execution ended, once it has", () => {
    const completed = published.filter(({ type }) => type === "OrchestrationCompleted");
    expect(completed.map(({ detail }) => detail.status)).toEqual(["SUCCEEDED"]);
  });
});
