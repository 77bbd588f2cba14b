import { z } from "zod";
import { serverName } from "../../../shared/contracts/binding/mcp/mcp-server.ts";
import { entryId } from "../../../shared/contracts/knowledge/entry.ts";
import { askedName } from "../../../shared/execution/approval/away.ts";
import { callId } from "../../../shared/execution/record/work.ts";
import { callerId } from "../../../shared/plan/caller-name.ts";
import { agentName, MAX_WRITTEN_STEP_ID } from "../../../shared/plan/given-names.ts";
import { identifier } from "../../../shared/plan/tool-execution-plan.ts";

/** The name in the braces of a path. */
export const byId = z.strictObject({ id: identifier });
/** Whatever stands in a link is looked for: one that nobody gave leads nowhere. */
export const byLink = z.strictObject({ link: z.string().min(1).max(256) });
export const byCall = z.strictObject({ call_id: callId });
/** A call that an agent made: an execution of one step. */
export const byCallOfAgent = z.strictObject({ call_id: identifier });
/** Its id in the execution, or the id that its plan wrote. */
export const byStep = z.strictObject({ id: identifier, step_id: z.string().min(1).max(MAX_WRITTEN_STEP_ID) });
export const byName = z.strictObject({ name: z.string().min(1).max(128) });
export const byFile = z.strictObject({ id: identifier, name: z.string().min(1).max(128) });
export const byTool = z.strictObject({ tool_name: identifier });
export const byServer = z.strictObject({ server: serverName });
export const byEntry = z.strictObject({ id: entryId });
export const byDelivery = z.strictObject({ id: identifier, delivery_id: identifier });
export const byPerson = z.strictObject({ person: askedName });
export const byCaller = z.strictObject({ caller: callerId });
export const byAgent = z.strictObject({ agent_id: agentName });
