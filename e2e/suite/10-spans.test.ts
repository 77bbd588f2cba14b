import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { callReply } from "../../functions/api/schemas.ts";
import { until } from "../client/api.ts";
import { AGENTS } from "../client/plans.ts";
import { type Team, team } from "../client/prepared.ts";

const attributes = z
  .array(z.object({ key: z.string(), value: z.looseObject({ stringValue: z.string().optional() }) }))
  .transform((all) => Object.fromEntries(all.map(({ key, value }) => [key, value.stringValue ?? value])));
const span = z.looseObject({ traceId: z.string(), parentSpanId: z.string(), name: z.string(), attributes });
const sent = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});

describe("spans of a deployment's calls", () => {
  let us: Team;
  beforeAll(async () => {
    us = await team();
  });

  /** Spans of one execution as the collector took them, and the bodies as they were sent. */
  const spansOf = async (id: string) => {
    const lines = (await readFile(us.at.collector.file, "utf8")).split("\n").filter((line) => line.includes(id));
    const spans = lines
      .flatMap((line) => sent.parse(JSON.parse(line)).resourceSpans)
      .flatMap(({ resource, scopeSpans }) =>
        scopeSpans.flatMap((scope) => scope.spans.map((each) => ({ ...each, service: resource.attributes }))),
      )
      .filter((each) => each.attributes["buddy.execution_id"] === id);
    return { spans, text: lines.join("\n") };
  };

  it("spans are with the collector before the answer of a read is, in the trace of who asked", async () => {
    const [traceId, parentId] = ["4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"];
    const query = "an argument that no span holds";
    const answer = await us.agents.ask(
      callReply,
      "POST",
      "/calls",
      { agent_id: "inspector", tool_name: "goal_query", arguments: { query }, confidence: 0.95 },
      { traceparent: `00-${traceId}-${parentId}-01` },
    );
    const { spans, text } = await spansOf(answer.call_id);
    expect(spans.map(({ name }) => name)).toContain("execute_tool goal_query");
    expect(spans.every((each) => each.traceId === traceId && each.parentSpanId === parentId)).toBe(true);
    expect(spans.every((each) => each.service["service.name"] === "buddy-dev")).toBe(true);
    expect(text).not.toContain(query);
  });

  it("spans say who approved a write and what became of it", async () => {
    const call = {
      agent_id: AGENTS[0].agent_id,
      tool_name: "ghl_update_contact",
      // A call of its own however often this is run: the same one again would be attached to the first.
      arguments: { contact_id: "c17", fields: { phone: `+49 30 ${Date.now()}` } },
      confidence: 0.95,
      wait_seconds: 1,
    };
    const { call_id: id } = await us.agents.ask(callReply, "POST", "/calls", call);
    const request = await until("the question", async () => (await us.bob.openRequests(id))[0]);
    await us.bob.decide(request, "approve");
    await us.alice.ended(id);
    const { spans } = await spansOf(id);
    expect(spans.map((each) => each.attributes)).toContainEqual(
      expect.objectContaining({
        "gen_ai.tool.name": "ghl_update_contact",
        "buddy.state": "LIVE",
        "buddy.ledger_status": "COMMITTED",
        "buddy.approved_by": expect.objectContaining({ arrayValue: { values: [expect.anything()] } }),
      }),
    );
  });
});
