import { expect, test } from "vitest";
import { complaintAbout } from "../../checks/node-version.js";

const machine = { platform: "darwin", arch: "arm64" };

test("an older Node, on a platform for which no newer one is installed, is told what to do", () => {
  expect(complaintAbout({ ...machine, version: "20.19.0" })).toMatch(
    /Node 24 or newer and found 20\.19\.0.*darwin-arm64/s,
  );
});

test("Node 24 and newer pass", () => {
  expect(complaintAbout({ ...machine, version: "24.0.0" })).toBeUndefined();
  expect(complaintAbout({ ...machine, version: "26.1.0" })).toBeUndefined();
});
