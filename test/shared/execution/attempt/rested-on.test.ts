import { expect, it } from "vitest";
import { restingAs } from "../../../../shared/execution/attempt/rested-on.ts";
import { at } from "../../../ports/records.ts";
import { row } from "./records.ts";

it("what is not known of a call that rests on another is waited for up to an hour, and not at all where the clock was set back since", () => {
  const secondsAt = (now: number) => restingAs(row(), "unknown", at(now))?.seconds;
  expect(secondsAt(3_600)).toBe(300);
  expect(secondsAt(3_601)).toBeNull();
  expect(secondsAt(-600)).toBe(300);
  expect(secondsAt(-601)).toBeNull();
});
