import {
  ExecutionAlreadyExists,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  SFNServiceException,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import { beforeEach, describe, expect, it } from "vitest";
import { memoryWorkflow } from "../../../functions/adapters/memory/workflow.ts";
import { stepFunctionsWorkflow } from "../../../functions/adapters/step-functions/workflow.ts";
import { mockedClient } from "../../harness/mocked-client.ts";
import { describeWorkflow } from "../../ports/workflow.ts";

const sfn = mockedClient(SFNClient);
const workflow = stepFunctionsWorkflow(new SFNClient({ region: "eu-central-1" }), "arn:machine");
const told = { message: "", $metadata: {} };
const denied = new SFNServiceException({ ...told, name: "AccessDeniedException", $fault: "client" });

/** Runs that have ended, so that every second start of a name is refused. */
const fakeEngine = (): void => {
  const names = new Set<string>();
  const dead = new Set(["dead"]);
  sfn.reset();
  sfn.on(StartExecutionCommand).callsFake(({ name }) => {
    if (names.has(name)) throw new ExecutionAlreadyExists(told);
    names.add(name);
    return {};
  });
  sfn.on(SendTaskSuccessCommand).callsFake(({ taskToken }) => {
    if (dead.has(taskToken)) throw new TaskTimedOut(told);
    dead.add(taskToken);
    return {};
  });
};

describe("in memory", () => {
  describeWorkflow(async () => {
    const engine = memoryWorkflow();
    engine.kill("dead");
    return engine;
  });

  it("a workflow in memory remembers what was started and woken", async () => {
    const engine = memoryWorkflow();
    await engine.start("e1-1", { execution_id: "e1", history: 1, correlation_id: "c1" });
    await engine.wake("t1", { pass: 2 });
    expect(engine.started).toEqual([{ name: "e1-1", input: { execution_id: "e1", history: 1, correlation_id: "c1" } }]);
    expect(engine.woken).toEqual([{ token: "t1", output: { pass: 2 } }]);
  });
});

describe("on Step Functions", () => {
  beforeEach(fakeEngine);
  describeWorkflow(async () => workflow);

  it("a run's input and output travel as JSON on Step Functions", async () => {
    await workflow.start("e1-1", { execution_id: "e1", history: 1, correlation_id: "c1" });
    await workflow.wake("t1", { pass: 2 });
    expect(sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input).toEqual({
      stateMachineArn: "arn:machine",
      name: "e1-1",
      input: '{"execution_id":"e1","history":1,"correlation_id":"c1"}',
    });
    expect(sfn.commandCalls(SendTaskSuccessCommand)[0]?.args[0].input).toEqual({
      taskToken: "t1",
      output: '{"pass":2}',
    });
  });

  it.each([new TaskTimedOut(told), new TaskDoesNotExist(told), new InvalidToken(told)])(
    "a task token is dead when the answer is $name",
    async (error) => {
      sfn.on(SendTaskSuccessCommand).rejects(error);
      expect(await workflow.wake("t1", {})).toBe("dead");
    },
  );

  it("other failures of Step Functions are told", async () => {
    sfn.on(SendTaskSuccessCommand).rejects(denied);
    sfn.on(StartExecutionCommand).rejects(denied);
    await expect(workflow.wake("t1", {})).rejects.toBe(denied);
    await expect(workflow.start("n", { execution_id: "e1", history: 1, correlation_id: "c1" })).rejects.toBe(denied);
  });
});
