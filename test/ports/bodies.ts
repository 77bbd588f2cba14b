import { describe, expect, it } from "vitest";
import { type ArtifactFiles, type Bodies, BodyLost } from "../../shared/ports/bodies.ts";
import { AWKWARD, numbers } from "./records.ts";

export const describeBodies = (make: () => Promise<Bodies>): void => {
  describe("bodies", () => {
    it("bodies are found under the reference that seals them", async () => {
      const bodies = await make();
      const value = { text: AWKWARD, list: [1, 0.1, 1e300, null, { deep: [[]] }] };
      const ref = await bodies.put("e1", value);
      expect(ref.key).toBe(`e1/${ref.digest}.json`);
      expect(await bodies.get(ref)).toEqual(value);
    });

    it("bodies are written once, whatever the order of their keys", async () => {
      const bodies = await make();
      const ref = await bodies.put("e1", { a: 1, b: 2 });
      expect(await bodies.put("e1", { b: 2, a: 1 })).toEqual(ref);
      expect(await bodies.put("e1", { a: 1, b: 3 })).not.toEqual(ref);
      const many = await Promise.all(numbers(20).map(() => bodies.put("e1", "same")));
      expect(new Set(many.map(({ key }) => key)).size).toBe(1);
      expect(await bodies.get(ref)).toEqual({ a: 1, b: 2 });
    });

    it("bodies that are missing or not what the reference says are lost", async () => {
      const bodies = await make();
      const ref = await bodies.put("e1", "one");
      const other = await bodies.put("e1", "two");
      await expect(bodies.get({ ...ref, key: `e2/${ref.digest}.json` })).rejects.toThrow(
        new BodyLost(`e2/${ref.digest}.json`, "missing"),
      );
      await expect(bodies.get({ ...ref, digest: other.digest })).rejects.toThrow(new BodyLost(ref.key, "changed"));
    });

    it("bodies keep any JSON, also null", async () => {
      const bodies = await make();
      for (const value of [null, false, 0, "", [], {}])
        expect(await bodies.get(await bodies.put("e1", value))).toEqual(value);
    });
  });
};

/** Writes a file whatever stands there. */
export const overwrite = async (
  files: ArtifactFiles,
  execution_id: string,
  name: string,
  content: string,
): Promise<void> => {
  const seen = (await files.tags(execution_id)).get(name) ?? null;
  if ((await files.write(execution_id, name, content, seen)) === "moved") throw new Error(`${name} is written by two`);
};

export const describeArtifactFiles = (make: () => Promise<ArtifactFiles>): void => {
  describe("artifact files", () => {
    it("artifact files are read as they were written last", async () => {
      const files = await make();
      expect(await files.read("e1", "a.json")).toBeUndefined();
      await overwrite(files, "e1", "a.json", AWKWARD);
      expect(await files.read("e1", "a.json")).toBe(AWKWARD);
      await overwrite(files, "e1", "a.json", "");
      expect(await files.read("e1", "a.json")).toBe("");
    });

    it("artifact files are replaced only by a writer that has seen what stands there", async () => {
      const files = await make();
      expect(await files.write("e1", "a.json", "first", null)).toBe("written");
      expect(await files.write("e1", "a.json", "blind", null)).toBe("moved");
      const seen = (await files.tags("e1")).get("a.json") ?? null;
      expect(await files.write("e1", "a.json", "second", seen)).toBe("written");
      expect(await files.write("e1", "a.json", "late", seen)).toBe("moved");
      expect(await files.write("e1", "b.json", "of another", seen)).toBe("moved");
      expect(await files.read("e1", "a.json")).toBe("second");
      expect(await files.list("e1")).toEqual(["a.json"]);
    });

    it("artifact files are written by one of many who saw the same", async () => {
      const files = await make();
      await overwrite(files, "e1", "a.json", "x");
      const seen = (await files.tags("e1")).get("a.json") ?? null;
      const outcomes = await Promise.all(numbers(10).map((n) => files.write("e1", "a.json", `by ${n}`, seen)));
      expect(outcomes.filter((outcome) => outcome === "written")).toHaveLength(1);
      const tags = await files.tags("e1");
      expect([...tags.keys()]).toEqual(["a.json"]);
      expect(tags.get("a.json")).not.toBe(seen);
    });

    it("artifact files are listed by name, execution by execution", async () => {
      const files = await make();
      for (const name of ["b.jsonl", "a.json", "manifest.json"]) await files.write("e1", name, name, null);
      await files.write("e10", "c.json", "c", null);
      await files.write("e:2.x", "c.json", "c", null);
      expect(await files.list("e1")).toEqual(["a.json", "b.jsonl", "manifest.json"]);
      expect(await files.list("e:2.x")).toEqual(["c.json"]);
      expect(await files.list("e3")).toEqual([]);
      expect(await files.read("e10", "a.json")).toBeUndefined();
    });
  });
};
