import fc from "fast-check";
import { expect, it } from "vitest";
import { promptName, promptNamed, resourceAt, resourceUri } from "../../../../shared/contracts/offer/passed-names.ts";
import { passedAddress, passedName } from "../../../../shared/contracts/offer/passed-on.ts";
import { anyText } from "../../../fixtures/any-text.ts";

const server = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,63}$/);
const own = anyText({ minLength: 1 });
const ofServer = fc.record({ server, own });

it("a name that is passed on leads back to the server and the very name that it was made of, and no other leads anywhere", () => {
  fc.assert(
    fc.property(ofServer, (of) => {
      expect(promptNamed(promptName(of))).toEqual(passedName.safeParse(of.own).success ? of : undefined);
      expect(resourceAt(resourceUri(of))).toEqual(passedAddress.safeParse(of.own).success ? of : undefined);
    }),
  );
  expect(resourceAt("buddy://notes/file:///a b")).toBeUndefined();
  expect(resourceAt("buddy://notes/file:///a%20b")).toEqual({ server: "notes", own: "file:///a%20b" });
  expect(promptNamed("notes.sum up")).toEqual({ server: "notes", own: "sum up" });
});

it("of two servers no two names are one, whatever they call theirs", () => {
  fc.assert(
    fc.property(ofServer, ofServer, (one, other) => {
      const alike = one.server === other.server && one.own === other.own;
      expect(promptName(one) === promptName(other)).toBe(alike);
      expect(resourceUri(one) === resourceUri(other)).toBe(alike);
    }),
  );
});

it("a template of a server is a template of the same form", () => {
  expect(resourceUri({ server: "notes", own: "notes://{id}{?page}" })).toBe("buddy://notes/notes://{id}{?page}");
});
