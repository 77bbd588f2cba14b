import { expect, test } from "vitest";
import { subjectOf } from "../../functions/observing.ts";

test("the lines of a task carry the ids that its input names, and nothing else of it", () => {
  const input = { execution_id: "x1", plan_id: "p", step_id: "p.s1", correlation_id: "c-1", rung: "LIVE" };
  expect(subjectOf(input)).toEqual({ execution_id: "x1", plan_id: "p", step_id: "p.s1", correlation_id: "c-1" });
});

test("a name that is no id is left out of the lines of a task, the others stay", () => {
  expect(subjectOf({ execution_id: "x1", plan_id: null, step_id: 7, correlation_id: { a: 1 } })).toEqual({
    execution_id: "x1",
  });
  expect(subjectOf({ execution_id: "\n" })).toEqual({});
});

test.each([undefined, null, 7, "x1", [], [{ execution_id: "x1" }]])(
  "an input that names nothing is about nothing: %j",
  (input) => {
    expect(subjectOf(input)).toEqual({});
  },
);
