import { createHash, verify } from "node:crypto";
import { GetPublicKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { beforeAll, describe, expect, it } from "vitest";
import { artifactList, eventPage } from "../../functions/api/schemas.ts";
import { ARTIFACTS } from "../../shared/artifacts/index.ts";
import { manifest, payloadToSign } from "../../shared/artifacts/manifest.ts";
import { recomputeHash } from "../../shared/audit/audit-event.ts";
import { aws } from "../client/deployment.ts";
import { look, plan, update } from "../client/plans.ts";
import { type Team, team } from "../client/prepared.ts";

describe("the record of an execution", () => {
  let us: Team;
  let id: string;
  beforeAll(async () => {
    us = await team();
    id = await us.agents.submit([plan("p_record", [update("s1", "c11", { phone: "+49 30 5550111" }), look("s2")])]);
    await us.bob.decide(await us.bob.request(id, "s1"), "approve");
    await us.alice.ended(id);
  });

  const file = async (name: string): Promise<string> => {
    const { status, body } = await us.alice.send("GET", `/executions/${id}/artifacts/${name}`);
    expect(status, name).toBe(200);
    return typeof body === "string" ? body : JSON.stringify(body);
  };
  const bytes = async (name: string): Promise<Buffer> => {
    const headers = { authorization: `Bearer ${us.people.alice.token}` };
    const answer = await fetch(`${us.at.api}/executions/${id}/artifacts/${name}`, { headers });
    return Buffer.from(await answer.arrayBuffer());
  };

  it("the record of an execution is every artifact and a manifest with their digests, signed with a key that is in KMS", async () => {
    const { items } = await us.alice.ask(artifactList, "GET", `/executions/${id}/artifacts`);
    const sealed = manifest.parse(JSON.parse(await file("manifest.json")));
    expect(sealed.artifacts).toHaveLength(ARTIFACTS.length);
    expect(items.map(({ name }) => name)).toEqual(expect.arrayContaining(sealed.artifacts.map(({ name }) => name)));
    for (const { name, sha256 } of sealed.artifacts) {
      expect(
        createHash("sha256")
          .update(await bytes(name))
          .digest("hex"),
        name,
      ).toBe(sha256);
    }
    const kms = new KMSClient(aws(us.at));
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: us.at.signing_key }));
    const key = { key: Buffer.from(PublicKey ?? []), format: "der", type: "spki", dsaEncoding: "ieee-p1363" } as const;
    const signature = Buffer.from(sealed.signature?.value ?? "", "base64url");
    expect(sealed.signature).toMatchObject({ algorithm: "ES256", key_id: us.at.signing_key });
    expect(verify("sha256", Buffer.from(payloadToSign(sealed)), key, signature)).toBe(true);
    const changed = payloadToSign({ ...sealed, number: sealed.number + 1 });
    expect(verify("sha256", Buffer.from(changed), key, signature)).toBe(false);
  });

  it("the record of an execution has chains without a gap, page by page, whose hashes anybody can recompute", async () => {
    const events = await us.alice.events(id);
    const first = await us.alice.ask(eventPage, "GET", `/executions/${id}/events?limit=2`);
    expect(first.items).toEqual(events.slice(0, 2));
    const chains = Map.groupBy(events, ({ chain }) => chain);
    expect([...chains.keys()].toSorted()).toEqual(["execution", "step:s1", "step:s2"]);
    for (const links of chains.values())
      expect(links.map(({ seq }) => seq)).toEqual(links.map((_, index) => index + 1));
    for (const event of events) expect(recomputeHash(id, event)).toBe(event.hash);
  });

  it("the record of an execution is read in parts where it is asked for in parts", async () => {
    const whole = await bytes("tool_execution_log.jsonl");
    const part = await us.alice.send("GET", `/executions/${id}/artifacts/tool_execution_log.jsonl`, undefined, {
      range: "bytes=0-9",
    });
    expect(part.status).toBe(206);
    expect(part.body).toBe(whole.subarray(0, 10).toString());
  });
});
