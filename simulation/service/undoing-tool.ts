import type { NamedTool } from "../../functions/tools/compensation.ts";
import type { ToolAdapter } from "../../shared/ports/tools.ts";
import { type Service, textOf } from "./service.ts";

/** A tool of the service that others name as what undoes them: calling it is their compensation. */
export const undoingTool = (service: Service, adapter: ToolAdapter): NamedTool => ({
  adapter: {
    ...adapter,
    call: (call) => adapter.compensate(call, {}),
    lookUp: (call) => adapter.lookUp(call, "compensation"),
  },
  hasWritten: async (call) => service.isPutBack(textOf(call.arguments, "id")),
});
