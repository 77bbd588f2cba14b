import type { ToolAdapter } from "../../../shared/ports/tools.ts";
import { mockSeed } from "../mock-seed.ts";
import { onlyMock } from "../only-mock.ts";
import type { SandboxTool } from "./sandbox-tool.ts";

/** MOCK: computed from the arguments alone. It is given no world, so there is nothing that it could touch. */
export const mockAdapter = (tool: SandboxTool): ToolAdapter => ({
  ...(tool.made_up === undefined ? {} : { made_up: tool.made_up }),
  ...onlyMock(async ({ contract, arguments: args }) => ({
    ...tool.mock(args, mockSeed(contract.tool_name, args)),
    simulated: true,
  })),
});
