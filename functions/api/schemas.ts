/** Everything that goes over the HTTP API, request and response: the contract between the server and its clients. */
export * from "./schemas/approvals.ts";
export * from "./schemas/away.ts";
export * from "./schemas/caller-names.ts";
export * from "./schemas/calls.ts";
export * from "./schemas/common.ts";
export * from "./schemas/executions.ts";
export * from "./schemas/held.ts";
export * from "./schemas/knowledge.ts";
export * from "./schemas/on-record.ts";
export * from "./schemas/registries.ts";
export * from "./schemas/roll-back.ts";
export * from "./schemas/steps.ts";
export * from "./schemas/system.ts";
export * from "./schemas/webhooks.ts";
export * from "./schemas/work.ts";
