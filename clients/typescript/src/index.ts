export type {
  Approval,
  CallReply,
  CallRequest,
  Contract,
  Decision,
  Execution,
  Problem,
  Submission,
  Submitted,
} from "./api.ts";
export { API_VERSION, type Json } from "./api.ts";
export type { CallOf, CallOptions } from "./calls.ts";
export { type Buddy, type ConnectOptions, connect } from "./connect.ts";
export {
  BuddyError,
  BuddyRefusal,
  BuddyUnreachable,
  NoToken,
  type Place,
  ToolsNotGoverned,
  type Ungoverned,
  WorkerEnded,
} from "./errors.ts";
export { isNoted, type Noted } from "./govern/noted.ts";
export type { GovernOptions, Proposed } from "./govern/options.ts";
export { CallRefused, isWaiting, type Waiting } from "./govern/settled.ts";
export type { Token } from "./http.ts";
export { NoEffect, WithUndo } from "./worker/outcome.ts";
export type { Arguments, Asked, Preview, WorkerTool } from "./worker/tool.ts";
export type { Worker, WorkerOptions } from "./worker/worker.ts";
