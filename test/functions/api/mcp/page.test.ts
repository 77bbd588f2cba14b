import { expect, it } from "vitest";
import { pageOf } from "../../../../functions/api/mcp/page.ts";
import { InvalidPageToken } from "../../../../shared/ports/page-token.ts";

const names = Array.from({ length: 501 }, (_, n) => `name_${String(n).padStart(3, "0")}`);
const page = (list: string, cursor?: string) =>
  pageOf(
    list,
    names,
    cursor,
    (name) => name,
    (name) => name,
  );

it("a list of the protocol takes its own cursor, and refuses that of another list, and one that was edited", () => {
  const { nextCursor = "" } = page("tools").next;
  expect(page("tools", nextCursor)).toEqual({ shown: ["name_500"], next: {} });
  for (const [list, cursor] of [
    ["prompts", nextCursor],
    ["tools", `${nextCursor}A`],
    ["tools", ""],
  ] as const) {
    expect(() => page(list, cursor), `${list} ${cursor}`).toThrow(InvalidPageToken);
  }
});
