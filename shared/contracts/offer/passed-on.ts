import { z } from "zod";
import { cutText } from "../../plan/cut-text.ts";

/** Names and addresses are handed back as they are, so one that is too long or would hide something is not passed on. */
export const passedName = z
  .string()
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,256}$/u, "must be a name in one line, 256 characters at most");
/** Characters. */
export const LONGEST_OWN_ADDRESS = 4_096;
export const passedAddress = z
  .string()
  .max(LONGEST_OWN_ADDRESS)
  .regex(/^[^\s\p{Cc}\p{Cf}]+$/u, "must be an address without blanks");
const words = (most: number) => z.string().transform((text) => cutText(text, most));
const mimeType = z.string().regex(/^[^\p{Cc}]{1,256}$/u);

/** Read by clients that show a list to a person or a model. */
const described = {
  title: words(256).exactOptional(),
  description: words(4_000).exactOptional(),
};

const annotations = z.object({
  audience: z.array(z.enum(["user", "assistant"])).exactOptional(),
  priority: z.number().min(0).max(1).exactOptional(),
  lastModified: z.string().max(64).exactOptional(),
});

/** A prompt as its server lists it: no icons, whose addresses clients would fetch, and nothing of `_meta`. */
export const passedPrompt = z.object({
  name: passedName,
  ...described,
  arguments: z
    .array(z.object({ name: passedName, ...described, required: z.boolean().exactOptional() }))
    .max(100)
    .exactOptional(),
});
export type PassedPrompt = z.infer<typeof passedPrompt>;

const resourceFields = {
  name: passedName,
  ...described,
  mimeType: mimeType.exactOptional(),
  annotations: annotations.exactOptional(),
};

export const passedResource = z.object({
  uri: passedAddress,
  ...resourceFields,
  size: z.number().min(0).exactOptional(),
});
export type PassedResource = z.infer<typeof passedResource>;

/** Resources of one form: `notes://{id}` (RFC 6570). */
export const passedTemplate = z.object({ uriTemplate: passedAddress, ...resourceFields });
export type PassedTemplate = z.infer<typeof passedTemplate>;

const held = { uri: passedAddress, mimeType: mimeType.exactOptional() };
const contents = z.union([z.object({ ...held, text: z.string() }), z.object({ ...held, blob: z.base64() })]);
export type PassedContents = z.infer<typeof contents>;

/** A resource as it was read: one part or several. */
export const passedReading = z.object({ contents: z.array(contents) });
export type PassedReading = z.infer<typeof passedReading>;

const noted = { annotations: annotations.exactOptional() };
const block = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string(), ...noted }),
  z.object({ type: z.literal("image"), data: z.base64(), mimeType, ...noted }),
  z.object({ type: z.literal("audio"), data: z.base64(), mimeType, ...noted }),
  z.object({ type: z.literal("resource_link"), ...passedResource.shape }),
  z.object({ type: z.literal("resource"), resource: contents, ...noted }),
]);
export type PassedBlock = z.infer<typeof block>;

/** A prompt with its arguments put in. */
export const passedMessages = z.object({
  description: words(4_000).exactOptional(),
  messages: z.array(z.object({ role: z.enum(["user", "assistant"]), content: block })),
});
export type PassedMessages = z.infer<typeof passedMessages>;
