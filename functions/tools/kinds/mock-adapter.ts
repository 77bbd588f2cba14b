import { type ToolAdapter, ToolFailure } from "../../../shared/ports/tools.ts";
import { mockSeed } from "../mock-seed.ts";
import type { SandboxTool } from "./sandbox-tool.ts";

const outOfReach = (what: string) => async (): Promise<never> => {
  throw new ToolFailure(`this function cannot reach ${what}`);
};

/** MOCK: computed from the arguments alone. It is given no world, so there is nothing that it could touch. */
export const mockAdapter = (tool: SandboxTool): ToolAdapter => ({
  ...(tool.made_up === undefined ? {} : { made_up: tool.made_up }),
  mock: async ({ contract, arguments: args }) => ({
    ...tool.mock(args, mockSeed(contract.tool_name, args)),
    simulated: true,
  }),
  preview: outOfReach("DRY_RUN"),
  prepareUndo: outOfReach("DRY_RUN"),
  previewUndo: outOfReach("DRY_RUN"),
  call: outOfReach("LIVE"),
  compensate: outOfReach("LIVE"),
  lookUp: outOfReach("LIVE"),
});
