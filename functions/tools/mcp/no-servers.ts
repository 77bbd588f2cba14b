import { refuse } from "../../../shared/plan/result.ts";
import type { NotPassed, PassedOn, ToolLists } from "../../../shared/ports/mcp.ts";

const why = "there are no servers here";
const nothing = async () => refuse<NotPassed>({ because: "unanswered", why });

/** For where no server is asked for anything. */
export const noServers: { readonly toolLists: ToolLists; readonly passedOn: PassedOn } = {
  toolLists: { of: async () => refuse(why) },
  passedOn: { prompts: nothing, resources: nothing, templates: nothing, prompt: nothing, resource: nothing },
};
