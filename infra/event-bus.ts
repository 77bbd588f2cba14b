import { EventBus } from "aws-cdk-lib/aws-events";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { HandlerFunction } from "./handler-function.ts";
import type { Permission } from "./permissions.ts";

/** Where other systems listen: learning signals, approvals requested, orchestrations completed. */
export class Announcements extends Construct {
  readonly bus: EventBus;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bus = new EventBus(this, "Bus");
  }

  /** Lets a function publish where its line of the permission table says so. */
  grant(permission: Permission, grantee: HandlerFunction): void {
    if (permission.announces !== true) return;
    grantee.allow(new PolicyStatement({ actions: ["events:PutEvents"], resources: [this.bus.eventBusArn] }));
  }
}
