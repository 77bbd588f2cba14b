import { describe, expect, it } from "vitest";
import { extend, LONGEST_OPEN_SECONDS } from "../../../shared/execution/extend.ts";
import { approval, at } from "../../ports/records.ts";

describe("extending a request", () => {
  const open = approval({ expires_at: at(60) });

  it("adds to the time that is left", () => {
    expect(extend(open, 30, at(59))).toMatchObject({ ok: true, value: { expires_at: at(90), status: "open" } });
  });

  it("comes too late at the very moment of expiry", () => {
    expect(extend(open, 30, at(60)).ok).toBe(false);
  });

  it("is not possible on what is closed or never expires", () => {
    expect(extend(approval({ status: "rejected" }), 30, at(0))).toMatchObject({
      ok: false,
      refusal: "it is rejected already",
    });
    expect(extend(approval({ expires_at: null }), 30, at(0))).toMatchObject({ ok: false, refusal: "it never expires" });
  });

  it("keeps nothing open for more than a year from now", () => {
    expect(extend(open, LONGEST_OPEN_SECONDS - 60, at(0)).ok).toBe(true);
    expect(extend(open, LONGEST_OPEN_SECONDS - 59, at(0)).ok).toBe(false);
  });
});
