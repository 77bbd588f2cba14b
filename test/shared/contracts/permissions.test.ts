import { describe, expect, it } from "vitest";
import { effectivePermissions, missingPermissions } from "../../../shared/contracts/permissions.ts";
import { agent } from "../../../shared/plan/agent.ts";

const known = agent.parse({ agent_id: "a", owner: "olga", granted_permissions: ["read", "write"] });

describe("permissions", () => {
  it("permissions are what is declared and granted", () => {
    expect([...effectivePermissions(["write", "email"], known, false)]).toEqual(["write"]);
  });

  it("permissions of an unknown agent are none in a closed registry and the declared ones in an open one", () => {
    expect([...effectivePermissions(["write"], undefined, false)]).toEqual([]);
    expect([...effectivePermissions(["write"], undefined, true)]).toEqual(["write"]);
  });

  it("permissions of a registered agent keep to its grants even where the registry is open", () => {
    expect([...effectivePermissions(["email"], known, true)]).toEqual([]);
  });

  it("permissions that are missing are named in the contract's order", () => {
    expect(missingPermissions({ required_permissions: ["x", "read", "b"] }, new Set(["read"]))).toEqual(["x", "b"]);
  });
});
