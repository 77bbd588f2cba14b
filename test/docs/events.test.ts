import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { beforeAll, describe, expect, it } from "vitest";
import { sweep } from "../../functions/execution/wait/sweep.ts";
import type { BusEvent } from "../../shared/ports/workflow.ts";
import { approve, submit } from "../harness/people.ts";
import { plan, search, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

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
    const world = await startWorld();
    // Thirty good searches are enough to learn from.
    const reads = Array.from({ length: 30 }, (_, index) => search(`r${index}`, "benedikt"));
    const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" }), ...reads])] });
    // Nobody decides for more than half of the time there is.
    await world.pass(48 * 3_600);
    await sweep(world.deps)();
    await approve(world, id, "s1");
    await world.rest();
    published = world.bus.published;
  });

  it("is what docs/events describes: these types and no others", () => {
    expect([...schemas.keys()].toSorted()).toEqual([...new Set(published.map(({ type }) => type))].toSorted());
  });

  it("has the form described there, field for field", () => {
    for (const { type, detail } of published) {
      const valid = ajv.validate(schemas.get(type) ?? false, detail);
      expect(valid, `${type}: ${ajv.errorsText()} ${JSON.stringify(detail)}`).toBe(true);
    }
  });

  it("says how an execution ended, once it has", () => {
    const completed = published.filter(({ type }) => type === "OrchestrationCompleted");
    expect(completed.map(({ detail }) => detail.status)).toEqual(["SUCCEEDED"]);
  });
});
