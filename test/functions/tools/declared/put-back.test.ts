import { describe, expect, it } from "vitest";
import { putBack } from "../../../../functions/tools/declared/put-back.ts";

const stage = { field: "stage", at: "/contact/stage", ours: "won", back_to: "new" };

describe("what an undo writes back", () => {
  it("an undo writes back the old value where the call changed it, and what stands now anywhere else", () => {
    const old = { "/contact/stage": "new", "/contact/note": "before", "/version": 1 };
    expect(putBack({ contact: { stage: "won", note: "theirs" }, version: 3 }, { old, fields: [stage] })).toEqual({
      "/contact/stage": "new",
      "/contact/note": "theirs",
      "/version": 3,
    });
  });

  it("an undo of a record taken as a whole writes it as it stands, with what the call changed put back", () => {
    const old = { "/contact": { stage: "new", note: "before", tags: ["a"] } };
    const fields = [stage, { field: "tag", at: "/contact/tags/0", ours: "b", back_to: "a" }];
    expect(putBack({ contact: { stage: "won", note: "theirs", tags: ["b", "c"] } }, { old, fields })).toEqual({
      "/contact": { stage: "new", note: "theirs", tags: ["a", "c"] },
    });
  });

  it("an undo writes back null where nothing stands there now, and an own value by any name", () => {
    const fields = [{ field: "odd", at: "/__proto__/a", ours: 1, back_to: 2 }];
    expect(putBack({}, { old: { "/gone": 1, "/__proto__/a": 2 }, fields })).toEqual({
      "/gone": null,
      "/__proto__/a": 2,
    });
    expect(Object.getPrototypeOf({})).not.toHaveProperty("a");
  });
});
