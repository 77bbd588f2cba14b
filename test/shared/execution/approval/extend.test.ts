import { describe, expect, it } from "vitest";
import { extend, LONGEST_OPEN_SECONDS } from "../../../../shared/execution/approval/extend.ts";
import { approval, at } from "../../../ports/records.ts";

const by = (seconds: number, moment: string) => ({ by: "ann", at: moment, seconds, reason: null });

describe("extending a request", () => {
  const open = approval({ expires_at: at(60) });

  it("an extension adds to the time that is left of a request", () => {
    expect(extend(open, by(30, at(59)))).toMatchObject({ ok: true, value: { expires_at: at(90), status: "open" } });
  });

  it("an extension is remembered with who did it, when, and what came of it", () => {
    const once = extend(open, by(30, at(0)));
    const twice = once.ok ? extend(once.value, { ...by(60, at(1)), by: "bea", reason: "she is away" }) : once;
    expect(twice.ok ? twice.value.extensions : []).toEqual([
      { by: "ann", at: at(0), seconds: 30, expires_at: at(90), reason: null },
      { by: "bea", at: at(1), seconds: 60, expires_at: at(150), reason: "she is away" },
    ]);
  });

  it("extending a request comes too late at the very moment of expiry", () => {
    expect(extend(open, by(30, at(60))).ok).toBe(false);
  });

  it("extending a request is not possible on what is closed or never expires", () => {
    expect(extend(approval({ status: "rejected" }), by(30, at(0)))).toMatchObject({
      ok: false,
      refusal: "it is rejected already",
    });
    expect(extend(approval({ expires_at: null }), by(30, at(0)))).toMatchObject({
      ok: false,
      refusal: "it never expires",
    });
  });

  it("extending a request keeps nothing open for more than a year from now", () => {
    expect(extend(open, by(LONGEST_OPEN_SECONDS - 60, at(0))).ok).toBe(true);
    expect(extend(open, by(LONGEST_OPEN_SECONDS - 59, at(0))).ok).toBe(false);
  });
});
