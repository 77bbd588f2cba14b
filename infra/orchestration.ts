import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ArnFormat, type RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { HandlerFunction } from "./handler-function.ts";
import type { HandlerFunctions } from "./handler-functions.ts";
import { workflowHandlers } from "./handlers.ts";
import { namesOf } from "./names-of.ts";
import type { Permission } from "./permissions.ts";

export const definitionFile = fileURLToPath(new URL("workflow/orchestration.asl.json", import.meta.url));

/** SHA-256 of the definition file, in hex: an execution records which machine it began with. */
export const definitionDigest = (): string => createHash("sha256").update(readFileSync(definitionFile)).digest("hex");

const actions = { start: "states:StartExecution", wake: "states:SendTaskSuccess" } as const;

/**
 * Functions are told the machine's name before it exists, because the machine is told theirs: a name that follows from
 * the stage breaks the circle.
 */
export class OrchestrationName {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, stage: string) {
    this.name = `buddy-${stage}`;
    this.arn = Stack.of(scope).formatArn({
      service: "states",
      resource: "stateMachine",
      resourceName: this.name,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  /** Lets a function start runs or wake tasks of this machine where its line of the permission table says so. */
  grant(permission: Permission, grantee: HandlerFunction): void {
    for (const right of permission.workflow ?? []) {
      grantee.allow(new PolicyStatement({ actions: [actions[right]], resources: [this.arn] }));
    }
  }
}

export interface OrchestrationProps {
  readonly name: OrchestrationName;
  /** The values of the substitutions of the definition, but for that of the partition. */
  readonly functions: HandlerFunctions;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/** The state machine of the definition file, and its role, which may invoke exactly the functions named in it. */
export class Orchestration extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: OrchestrationProps) {
    super(scope, id);
    const functionArns = namesOf(workflowHandlers).map(
      (name) => [name, props.functions.named(name).function.functionArn] as const,
    );
    for (const name of namesOf(workflowHandlers)) {
      Validations.of(props.functions.named(name).function).acknowledge(answersTheMachine);
    }
    // For this machine only: Step Functions acts for machines of every account.
    const assumedBy = new ServicePrincipal("states.amazonaws.com", {
      conditions: {
        StringEquals: { "aws:SourceAccount": Stack.of(this).account },
        ArnLike: { "aws:SourceArn": props.name.arn },
      },
    });
    const role = new Role(this, "Role", { assumedBy });
    role.addToPolicy(
      new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: functionArns.map(([, arn]) => arn) }),
    );
    Validations.of(role).acknowledge({
      id: "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
      reason: "X-Ray and the delivery of vended logs know no resources. A test holds that nothing else is granted so.",
    });
    this.machine = new StateMachine(this, "Machine", {
      stateMachineName: props.name.name,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromFile(definitionFile),
      // Step Functions ends a run at the first task whose resource is of another partition than its machine.
      definitionSubstitutions: { ...Object.fromEntries(functionArns), Partition: Stack.of(this).partition },
      role,
      tracingEnabled: true,
      logs: {
        // Names under /aws/vendedlogs/ do not count against the 5120 characters of the account's log policy.
        destination: new LogGroup(this, "Logs", {
          logGroupName: `/aws/vendedlogs/states/${props.name.name}`,
          retention: props.logRetention,
          removalPolicy: props.removalPolicy,
        }),
        level: LogLevel.ALL,
        // The data of "Await approval" holds the task token, which must not be read from a log.
        includeExecutionData: false,
      },
    });
  }
}

const answersTheMachine = {
  id: "Serverless::Serverless-LambdaDLQ",
  reason: "The state machine waits for its answer and catches its failure: no event is ever queued for it.",
};
