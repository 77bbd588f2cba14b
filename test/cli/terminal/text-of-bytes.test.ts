import { describe, expect, it } from "vitest";
import { CliError } from "../../../cli/client/problem.ts";
import { EXIT } from "../../../cli/exit-codes.ts";
import { textOfBytes, textOfStdin } from "../../../cli/terminal/text-of-bytes.ts";

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

describe("the text of a file that a command is given", () => {
  it("a text is what its bytes are in UTF-8", () => {
    expect(textOfBytes(Buffer.from("gekündigt\r\n"))).toBe("gekündigt\r\n");
    expect(textOfBytes(Buffer.alloc(0))).toBe("");
  });

  it("a text is refused in another encoding, with the line: it would become another text that people approve", () => {
    expect(() => textOfBytes(latin1('{\n"stage":\n"gekündigt"\n}'))).toThrow(
      "it is no UTF-8 text (line 3 has other bytes); save it as UTF-8",
    );
    expect(() => textOfBytes(latin1("gekündigt"))).toThrow("line 1 has other bytes");
    expect(() => textOfBytes(latin1("a\nb\nÜ"))).toThrow("line 3 has other bytes");
  });

  it("a text is refused as UTF-16, which some programs of Windows write", () => {
    const utf16 = Buffer.from("\ufeff{}", "utf16le");
    expect(() => textOfBytes(utf16)).toThrow("it begins as UTF-16 does");
    expect(() => textOfBytes(utf16.swap16())).toThrow("it begins as UTF-16 does");
  });

  it("a text is refused from stdin with the exit code of wrong usage", () => {
    const refused = () => textOfStdin(latin1("ü"));
    expect(refused).toThrow(CliError);
    expect(refused).toThrow(
      expect.objectContaining({ exit_code: EXIT.usage, message: expect.stringMatching(/stdin/) }),
    );
  });
});
