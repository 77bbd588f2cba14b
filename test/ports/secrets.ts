import { expect, it } from "vitest";
import type { Secrets } from "../../shared/ports/secrets.ts";

type Texts = { readonly [name: string]: string };
type Families<Each> = { readonly read: Each; readonly write: Each };

/** What every place for secrets promises. */
export const secretsSuite = (name: string, keep: (texts: Families<Texts>) => Promise<Families<Secrets>>): void => {
  it(`secrets ${name} are given by family and name, and one family knows nothing of the other's`, async () => {
    const { read, write } = await keep({
      read: { crm: "text for reading", both: "the same text" },
      write: { crm: "text for writing", both: "the same text", only: "for writing only" },
    });
    expect([await read.get("crm"), await write.get("crm")]).toEqual(["text for reading", "text for writing"]);
    expect([await read.get("only"), await write.get("only")]).toEqual([undefined, "for writing only"]);
    for (const none of ["none", "toString", "__proto__"]) expect(await read.get(none)).toBeUndefined();
  });
};
