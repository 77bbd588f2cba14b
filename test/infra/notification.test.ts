import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { synthesise } from "./synthesised-stack.ts";

const page = "https://desk.b.example/requests/";
const { template } = synthesise({ approvals_email: "a@b.example", approvals_page: page });

const transformed = z.object({
  EventPattern: z.object({ "detail-type": z.tuple([z.string()]) }),
  Targets: z.tuple([
    z.object({
      InputTransformer: z.object({ InputPathsMap: z.record(z.string(), z.string()), InputTemplate: z.string() }),
    }),
  ]),
});

/** The messages that people get, by the event that each tells of. */
const messages = Object.values(template.findResources("AWS::Events::Rule")).flatMap(({ Properties }) => {
  const rule = transformed.safeParse(Properties);
  if (!rule.success) return [];
  const { InputPathsMap, InputTemplate } = rule.data.Targets[0].InputTransformer;
  const event = rule.data.EventPattern["detail-type"][0];
  return { event, paths: InputPathsMap, fields: Object.values(InputPathsMap), text: InputTemplate };
});

/** `ApprovalRequested` is described by approval-requested.schema.json. */
const fileOf = (event: string) => `${event.replaceAll(/(?!^)[A-Z]/g, "-$&").toLowerCase()}.schema.json`;

const described = (event: string): string[] => {
  const schema = JSON.parse(readFileSync(new URL(`../../docs/events/${fileOf(event)}`, import.meta.url), "utf8"));
  return Object.keys(schema.properties);
};

/** Made here, or by an operator: nothing that comes with a plan. */
const ours = ["approval_id", "execution_id", "expires_at", "kind", "link", "risk_level", "tool_name"];

describe("the message that a person has to decide", () => {
  it("the message that a person has to decide is written for requests, and for executions that are held", () => {
    expect(messages.map(({ event }) => event).toSorted()).toEqual(["ApprovalRequested", "OrchestrationCompleted"]);
  });

  it("the message that a person has to decide carries one link, and nothing by which it could be answered", () => {
    for (const { event, text } of messages) {
      const links = text.match(/https:\/\/\S*/g) ?? [];
      expect(links, event).toEqual(event === "ApprovalRequested" ? [expect.stringContaining(page)] : []);
      expect(text.replace(page, "")).not.toMatch(/https?:|www\.|mailto:|token|digest|\w\.\w/i);
    }
    const [asked] = messages.filter(({ event }) => event === "ApprovalRequested");
    const [, field = ""] = /requests\/<([\w-]+)>/.exec(asked?.text ?? "") ?? [];
    expect(asked?.paths[field]).toBe("$.detail.link");
    expect(asked?.text).toContain("opening it decides nothing");
  });

  it("the message leads to the request in the console where the team has no page of its own", () => {
    const whole = JSON.stringify(synthesise({ approvals_email: "a@b.example" }).template.toJSON());
    expect(whole).toMatch(/Read it: ",\{"Fn::GetAtt":\["HttpApi\w*","ApiEndpoint"\]\},"\/console\/requests\/</);
  });

  it("the message names only what its event has, of that only what no plan and no agent chose", () => {
    for (const { event, fields } of messages) {
      const names = fields.map((path) => path.replace("$.detail.", ""));
      expect(described(event), event).toEqual(expect.arrayContaining(names));
      expect(ours, event).toEqual(expect.arrayContaining(names));
    }
  });
});
