import fc from "fast-check";
import { expect, it } from "vitest";
import type { Key } from "../../../functions/adapters/table/item.ts";
import { inFlightKey, ledgerKey, restsOn } from "../../../functions/adapters/table/keys/of-calls.ts";
import { chainPrefix, eventKey, stepKey } from "../../../functions/adapters/table/keys/of-executions.ts";
import { agentKey, notedAgentKey } from "../../../functions/adapters/table/keys/of-registries.ts";
import { ticketOf } from "../../../functions/adapters/table/tickets.ts";
import { stepChain } from "../../../shared/execution/record/step-event.ts";
import { agentName, shortName, writtenStepId } from "../../../shared/plan/given-names.ts";

const anyText = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 150 }),
  fc.string({ unit: fc.constantFrom("a", "#", "|", "/", "=", "\u{1f600}", "forward", "0000000001"), minLength: 1 }),
  fc.string({ minLength: 4_000, maxLength: 4_572 }),
);
const anyStep = anyText.filter((text) => writtenStepId.safeParse(text).success).map(shortName);
const anyAgent = anyText.filter((text) => agentName.safeParse(text).success);

const twoSteps = fc.uniqueArray(anyStep, { minLength: 2, maxLength: 2 });
const written = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

const keysOf = (step_id: string): string[] => {
  const execution_id = "01EXECUTION";
  const sides = ["forward", "compensation"].map((side) => ({ execution_id, step_id, side }));
  return [
    stepKey(execution_id, step_id),
    eventKey(execution_id, stepChain(step_id), 1),
    eventKey(execution_id, stepChain(step_id), 12),
    ...sides.flatMap((call) => [ledgerKey(call), inFlightKey(call)]),
    { pk: restsOn({ execution_id, step_id }), sk: "x" },
    { pk: "LEASE", sk: ticketOf({ execution_id, step_id }, 1, 1).attribute },
  ].map(written);
};

it("two steps of an execution never share a key, nor one's events the beginning of another's", () => {
  fc.assert(
    fc.property(twoSteps, ([one = "", other = ""]) => {
      const all = [...keysOf(one), ...keysOf(other)];
      expect(new Set(all).size).toBe(all.length);
      expect(chainPrefix(stepChain(other)).startsWith(chainPrefix(stepChain(one)))).toBe(false);
    }),
  );
});

it("every key of a step and of an agent fits the table", () => {
  fc.assert(
    fc.property(anyStep, anyAgent, (step_id, agent_id) => {
      const agents = [agentKey(agent_id), notedAgentKey(agent_id)];
      for (const key of [...keysOf(step_id), ...agents.map(written)]) {
        const [pk = "", sk = ""] = key.split("\n");
        expect(Buffer.byteLength(pk)).toBeLessThanOrEqual(2_048);
        expect(Buffer.byteLength(sk)).toBeLessThanOrEqual(1_024);
      }
    }),
  );
});

it("two agents never share a key", () => {
  fc.assert(
    fc.property(fc.uniqueArray(anyAgent, { minLength: 2, maxLength: 2 }), ([one = "", other = ""]) => {
      expect(written(agentKey(one))).not.toBe(written(agentKey(other)));
      expect(written(notedAgentKey(one))).not.toBe(written(notedAgentKey(other)));
    }),
  );
});

it("a short plain id stands in keys as it is", () => {
  const call = { execution_id: "e1", step_id: "s1", side: "forward" };
  expect(stepKey("e1", "s1")).toEqual({ pk: "STEP#e1", sk: "s1" });
  expect(eventKey("e1", "step:s1", 1).sk).toBe("step:s1#0000000001");
  expect(ledgerKey(call)).toEqual({ pk: "LEDGER#e1", sk: "s1#forward" });
  expect(inFlightKey(call).sk).toBe("e1#s1#forward");
  expect(restsOn(call)).toBe("LEDGER#RESTS#e1#s1");
  expect(agentKey("agent_1")).toEqual({ pk: "AGENT#ALL", sk: "agent_1" });
});
