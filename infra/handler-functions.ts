import { Validations } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { HandlerFunction, type HandlerFunctionProps } from "./handler-function.ts";
import { type HandlerName, handlers } from "./handlers.ts";
import { namesOf } from "./names-of.ts";
import { type Permission, permissions } from "./permissions.ts";

/** Something that handlers use, and that lets one use it as far as its line of the permission table goes. */
export interface Granting {
  grant(permission: Permission, grantee: HandlerFunction): void;
}

export interface HandlerFunctionsProps extends Omit<HandlerFunctionProps, "spec" | "reservedConcurrency"> {
  readonly granting: readonly Granting[];
  /** How many of a function the region keeps free. @default none */
  readonly reserved?: { readonly [name in HandlerName]?: number };
}

/** Every handler of the list as a function, with what the permission table allows it. */
export class HandlerFunctions extends Construct {
  private readonly functions = new Map<HandlerName, HandlerFunction>();

  constructor(scope: Construct, id: string, { granting, reserved = {}, ...common }: HandlerFunctionsProps) {
    super(scope, id);
    for (const name of namesOf(handlers)) {
      const created = new HandlerFunction(this, name, {
        ...common,
        spec: handlers[name],
        reservedConcurrency: reserved[name],
      });
      for (const resource of granting) resource.grant(permissions[name], created);
      this.functions.set(name, created);
    }
    this.letWake();
    Validations.of(this.named("GrantScopes").function).acknowledge({
      id: "Serverless::Serverless-LambdaDLQ",
      reason: "The user pool waits for its answer, and signs nobody in without: no event is ever queued for it.",
    });
  }

  /** Those who wake executions ask one function to, which alone reads task tokens. */
  private letWake(): void {
    const { function: wake } = this.named("Wake");
    const { functionArn, functionName } = wake;
    Validations.of(wake).acknowledge({
      id: "Serverless::Serverless-LambdaDLQ",
      reason: "Who asks it waits for its answer and learns of its failure: no event is ever queued for it.",
    });
    for (const name of namesOf(handlers)) {
      const permission: Permission = permissions[name];
      if (permission.wakes !== true) continue;
      this.named(name).allow(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [functionArn] }));
      this.named(name).function.addEnvironment("WAKE_FUNCTION", functionName);
    }
  }

  named(name: HandlerName): HandlerFunction {
    const found = this.functions.get(name);
    if (found === undefined) throw new Error(`no function was made for handler ${name}`);
    return found;
  }
}
