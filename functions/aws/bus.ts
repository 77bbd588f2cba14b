import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { eventBridgeBus } from "../adapters/event-bridge/bus.ts";
import type { Deps } from "../deps.ts";
import type { Environment } from "./environment.ts";

/** Where other systems listen. */
export const awsBus = (env: Environment): Pick<Deps, "bus"> => ({
  bus: eventBridgeBus(new EventBridgeClient({}), env.BUS_NAME),
});
