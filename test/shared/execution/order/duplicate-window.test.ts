import { expect, it } from "vitest";
import {
  duplicateWindowHours,
  duplicateWindowSince,
  isWithinWindow,
} from "../../../../shared/execution/order/duplicate-window.ts";

const floor = { duplicate_window_floor_hours: 1 };

it("a submission may widen the window of the deployment, not narrow it", () => {
  expect(duplicateWindowHours({ duplicate_window_hours: 24 }, floor)).toBe(24);
  expect(duplicateWindowHours({ duplicate_window_hours: 0 }, floor)).toBe(1);
});

it("a call counts as made from the first moment of the window on, however that moment is written", () => {
  const since = duplicateWindowSince({ duplicate_window_hours: 2 }, floor, "2026-01-05T09:00:00.000Z");
  expect(since).toBe("2026-01-05T07:00:00.000Z");
  expect(isWithinWindow("2026-01-05T07:00:00Z", since)).toBe(true);
  expect(isWithinWindow("2026-01-05T08:00:00+01:00", since)).toBe(true);
  expect(isWithinWindow("2026-01-05T06:59:59.999Z", since)).toBe(false);
});
