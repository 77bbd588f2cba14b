import { expect, it } from "vitest";
import { memoryBodies } from "../../../../functions/adapters/memory/bodies.ts";
import { keepPicture } from "../../../../functions/execution/step/keep-picture.ts";
import { newStepRecord } from "../../../../shared/execution/record/step-event.ts";
import { SMALLEST_PICTURE } from "../../../shared/execution/approval/smallest-picture.ts";

const record = newStepRecord({ execution_id: "e1", plan_id: "p1", step_id: "s1" }, "2026-01-31T12:00:00.000Z");

it("the picture beside a preview is kept with the execution, and the next preview's takes its place", async () => {
  const bodies = memoryBodies();
  const { preview_picture } = await keepPicture({ bodies }, record, { picture: SMALLEST_PICTURE });
  if (preview_picture == null) throw new Error("nothing was kept");
  expect(await bodies.get(preview_picture)).toBe(SMALLEST_PICTURE);
  const shown = { ...record, preview_picture };
  expect(await keepPicture({ bodies }, shown, {})).toEqual({ preview_picture: null });
});

it("a step that never had a picture beside its preview says nothing about one", async () => {
  expect(await keepPicture({ bodies: memoryBodies() }, record, {})).toEqual({});
});
