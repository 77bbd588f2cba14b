import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { synthesise } from "./synthesised-stack.ts";

const { template } = synthesise();
const [deliver = ""] = Object.entries(template.findResources("AWS::Lambda::Function"))
  .filter(([, { Properties }]) => Properties.Environment.Variables.HANDLER === "Deliver")
  .map(([name]) => name);
const target = { Arn: { "Fn::GetAtt": [deliver, "Arn"] } };

describe("events on their way to registered addresses", () => {
  it("events for registered addresses are handed on by the bus, all of them, and kept in a queue where that fails for a day", () => {
    template.hasResourceProperties("AWS::Events::Rule", {
      EventBusName: { Ref: Match.stringLikeRegexp("AnnouncementsBus") },
      EventPattern: { source: ["buddy"] },
      Targets: [Match.objectLike({ ...target, DeadLetterConfig: Match.anyValue() })],
    });
    template.hasResourceProperties("AWS::Lambda::EventInvokeConfig", {
      FunctionName: { Ref: deliver },
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
    });
  });

  it("events that wait for their turn to an address are looked for every minute", () => {
    template.hasResourceProperties("AWS::Events::Rule", {
      ScheduleExpression: "rate(1 minute)",
      Targets: [Match.objectLike(target)],
    });
    expect(deliver).not.toBe("");
  });
});
