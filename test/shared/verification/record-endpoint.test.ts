import { expect, it } from "vitest";
import { wholeApi } from "../../../functions/api/endpoints.ts";
import { createRouter } from "../../../functions/api/router.ts";
import { type Bodies, BodyLost } from "../../../shared/ports/bodies.ts";
import { verifyExecution } from "../../../shared/verification/verify-execution.ts";
import { problemIn } from "../../functions/api/harness.ts";
import { approveAll, evidenceOf, keyPair, signedHarness, submit } from "./real-execution.ts";

const keys = keyPair();

it("a record of nothing is not found, and a mark that no page gave is bad input", async () => {
  const on = await signedHarness(keys);
  const id = await submit(on);
  expect((await problemIn(await on.get("/executions/01NOTHERE/record"))).status).toBe(404);
  for (const next of ["elsewhere.0.", "events.x.", "events.0.%21", "events.0.AB"]) {
    expect((await problemIn(await on.get(`/executions/${id}/record?next=${next}`))).status).toBe(400);
  }
});

it("a document that the store lost leaves something unproven; one that was changed there is a contradiction", async () => {
  const on = await signedHarness(keys);
  const id = await submit(on);
  await approveAll(on, id);
  for (const [why, verdict] of [
    ["missing", "INCOMPLETE"],
    ["changed", "TAMPERED"],
  ] as const) {
    const get: Bodies["get"] = async (ref) => {
      if (ref.key.includes("/previews/")) throw new BodyLost(ref.key, why);
      return on.deps.bodies.get(ref);
    };
    const deps = { ...on.deps, bodies: { ...on.deps.bodies, get } };
    const router = createRouter(deps, { identify: () => ({ name: "auditor", scopes: ["read"] }), ...wholeApi });
    const lossy = { ...on, get: async (path: string) => router.request(path) };
    expect(verifyExecution(await evidenceOf(lossy, id, keys)).verdict).toBe(verdict);
  }
});
