import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { workflowHandlers } from "../../infra/handlers.ts";
import { namesOf } from "../../infra/names-of.ts";
import { definitionFile } from "../../infra/orchestration.ts";
import { statementsByRole } from "./rendered-policies.ts";
import { synthesise } from "./synthesised-stack.ts";

const { template, outdir } = synthesise();
const definition = readFileSync(definitionFile, "utf8");
const PARTITION = "Partition";
const substitutions = new Set(
  [...definition.matchAll(/\$\{(\w+)\}/g)].flatMap(([, name]) => (name && name !== PARTITION ? [name] : [])),
);

const machine = z
  .object({
    Properties: z.object({
      RoleArn: z.object({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) }),
      DefinitionS3Location: z.object({ Key: z.string() }),
      DefinitionSubstitutions: z
        .object({ [PARTITION]: z.unknown() })
        .catchall(z.object({ "Fn::GetAtt": z.tuple([z.string(), z.string()]) })),
    }),
  })
  .parse(Object.values(template.findResources("AWS::StepFunctions::StateMachine"))[0]).Properties;

const { [PARTITION]: partition, ...functionsTold } = machine.DefinitionSubstitutions;

/** Tasks anywhere in the definition, inside a Map too, with the function they invoke. */
const tasks = (value: unknown): { task: string; functionName: string; timeout: number | undefined }[] => {
  const task = z.object({
    Type: z.literal("Task"),
    Parameters: z.object({ FunctionName: z.string().regex(/^\$\{\w+\}$/) }),
    TimeoutSeconds: z.number().optional(),
    Retry: z.unknown().optional(),
  });
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => {
    const parsed = task.safeParse(child);
    if (!parsed.success) return tasks(child);
    const functionName = parsed.data.Parameters.FunctionName.slice(2, -1);
    return [{ task: name, functionName, timeout: parsed.data.TimeoutSeconds }];
  });
};

describe("the deployed state machine", () => {
  it("the deployed state machine is the definition file, byte for byte", () => {
    const hash = machine.DefinitionS3Location.Key.replace(/\.json$/, "");
    expect(readFileSync(join(outdir, `asset.${hash}.json`), "utf8")).toBe(definition);
  });

  it("the deployed state machine is known to every function by the digest of that file", () => {
    const DEFINITION_DIGEST = createHash("sha256").update(definition).digest("hex");
    const Environment = { Variables: Match.objectLike({ DEFINITION_DIGEST }) };
    template.allResourcesProperties("AWS::Lambda::Function", { Environment });
  });

  it("the deployed state machine is given a function for every other substitution of the file than the partition, and for nothing else", () => {
    expect(Object.keys(functionsTold).toSorted()).toEqual([...substitutions].toSorted());
    expect(namesOf(workflowHandlers).toSorted()).toEqual([...substitutions].toSorted());
  });

  it("the deployed state machine has for each substitution the function of that name", () => {
    const functions = template.findResources("AWS::Lambda::Function");
    for (const [name, arn] of Object.entries(functionsTold)) {
      expect(functions[arn["Fn::GetAtt"][0]]?.Properties.Environment.Variables.HANDLER).toBe(name);
    }
  });

  it("the deployed state machine waits longer for every function than the function may run", () => {
    const found = tasks(JSON.parse(definition));
    expect(new Set(found.map(({ functionName }) => functionName))).toEqual(substitutions);
    for (const name of namesOf(workflowHandlers)) {
      for (const { task, timeout } of found.filter(({ functionName }) => functionName === name)) {
        if (name === "AwaitApproval") expect(timeout, task).toBeUndefined();
        else expect(timeout, task).toBeGreaterThan(workflowHandlers[name].timeoutSeconds);
      }
    }
  });

  it("the deployed state machine may invoke the functions of the file and no others", () => {
    const invocable = Object.values(functionsTold);
    const invoking = (statementsByRole(template).get(machine.RoleArn["Fn::GetAtt"][0]) ?? []).filter(({ Action }) =>
      Action.includes("lambda:InvokeFunction"),
    );
    expect(invoking.flatMap(({ Resource }) => Resource)).toEqual(
      invocable.toSorted((one, other) => one["Fn::GetAtt"][0].localeCompare(other["Fn::GetAtt"][0])),
    );
  });

  it("the deployed state machine is a Standard one, traced, and logged without the data that holds the task token", () => {
    template.hasResourceProperties("AWS::StepFunctions::StateMachine", {
      StateMachineType: "STANDARD",
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { IncludeExecutionData: false },
    });
  });
});
