import { expect, it } from "vitest";
import { faultsOf, runWithKills } from "./kill-run.ts";

it("a server that is killed again and again loses no execution, repeats no irreversible call, and leaves nothing behind", async () => {
  const asked = { executions: 24, kills: 4, seed: 7 };
  const figures = await runWithKills(asked);
  expect(faultsOf(figures, asked)).toEqual([]);
  expect(figures.effects).toBeGreaterThan(0);
  expect(figures.compensated).toBeGreaterThan(0);
}, 240_000);
