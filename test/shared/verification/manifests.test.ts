import { beforeAll, describe, expect, it } from "vitest";
import { SEALED_NAMES } from "../../../shared/artifacts/index.ts";
import { buildCase, type Case } from "../../../shared/verification/case.ts";
import { manifestsNaming } from "../../../shared/verification/checks/manifests.ts";
import { collect, type Finding } from "../../../shared/verification/finding.ts";
import { readManifests } from "../../../shared/verification/read-manifests.ts";
import { readRecord } from "../../../shared/verification/read-record.ts";
import { approveAll, evidenceOf, keyPair, signedHarness, submit } from "./real-execution.ts";

const [today = []] = SEALED_NAMES.slice(-1);
const NEXT = [...today, "one_more.json"];

let sealedToday: Case;

beforeAll(async () => {
  const keys = keyPair();
  const on = await signedHarness(keys);
  const id = await submit(on);
  await approveAll(on, id);
  const { execution_id, record, files, pinned } = await evidenceOf(on, id, keys);
  const ignored = collect("record", []);
  const manifests = readManifests(execution_id, files, ignored);
  const read = readRecord(record, ignored);
  sealedToday = buildCase({
    execution_id,
    record: read,
    manifests,
    files,
    keys: [],
    pinned,
    remembered: [],
    alone: false,
  });
});

/** The findings of a release that publishes the last of `generations` in a manifest that names those files. */
const foundIn = (named: readonly string[], generations: readonly (readonly string[])[]): string[] => {
  const findings: Finding[] = [];
  const manifests = new Map(
    [...sealedToday.manifests].map(([number, manifest]) => {
      const known = new Map(manifest.artifacts.map((each) => [each.name, each]));
      const artifacts = named.map((name) => known.get(name) ?? { name, sha256: "0".repeat(64), bytes: 0 });
      return [number, { ...manifest, artifacts }] as const;
    }),
  );
  manifestsNaming(generations).run({ ...sealedToday, manifests }, collect("manifests", findings));
  return findings.map(({ severity, where, message }) => `${severity} ${where}: ${message}`);
};

const REFUSED = ["tampered manifest-1.json: it names not the files that a release publishes"];

describe("a manifest of an earlier release", () => {
  it("a manifest of an earlier release is what it was when a later release publishes one file more", () => {
    expect(foundIn(today, [today, NEXT])).toEqual([]);
    expect(foundIn(today.toReversed(), [today, NEXT])).toEqual([]);
    expect(foundIn(NEXT, [today, NEXT])).toEqual([]);
  });

  it("a manifest of an earlier release is refused where it lacks any file that its release listed, or names one more", () => {
    for (const name of NEXT) {
      const left = NEXT.filter((each) => each !== name);
      expect(foundIn(left, [today, NEXT])).toEqual(name === "one_more.json" ? [] : REFUSED);
    }
    expect(foundIn([...NEXT, "another.json"], [today, NEXT])).toEqual(REFUSED);
    expect(foundIn([...today, ...today.slice(0, 1)], [today, NEXT])).toEqual(REFUSED);
    expect(foundIn([], [today, NEXT])).toEqual(REFUSED);
  });

  it("a manifest of an earlier release is refused by a release that never published what it names", () => {
    expect(foundIn(NEXT, [today])).toEqual(REFUSED);
  });
});
