import { type ToolAdapter, ToolFailure } from "../../shared/ports/tools.ts";

const outOfReach = (what: string) => async (): Promise<never> => {
  throw new ToolFailure(`this function cannot reach ${what}`);
};

/** A tool that can be simulated and nothing else: each method of a higher rung throws ToolFailure. */
export const onlyMock = (mock: ToolAdapter["mock"]): ToolAdapter => ({
  mock,
  preview: outOfReach("DRY_RUN"),
  prepareUndo: outOfReach("DRY_RUN"),
  previewUndo: outOfReach("DRY_RUN"),
  call: outOfReach("LIVE"),
  compensate: outOfReach("LIVE"),
  lookUp: outOfReach("LIVE"),
});
