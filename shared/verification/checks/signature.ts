import { type Manifest, type ManifestSignature, numberedManifest, payloadToSign } from "../../artifacts/manifest.ts";
import type { Case } from "../case.ts";
import type { Findings } from "../finding.ts";
import { isSignedBy, type SigningKey } from "../signing-keys.ts";
import type { Check } from "./check.ts";

/**
 * Every manifest is signed by a key that was given. A manifest before the last may be unsigned (the deployment had no
 * key then): its successors, which are signed, hold its digest.
 */
export const signature: Check = {
  name: "signature",
  run: (verified, findings) => {
    for (const [number, manifest] of verified.manifests) {
      const name = numberedManifest(number);
      if (manifest.signature !== null) checkSigned(verified, name, manifest, manifest.signature, findings);
      else if (manifest !== verified.latest) findings.note(name, "it is unsigned; a later manifest holds its digest");
      else checkUnsigned(verified, name, findings);
    }
    return verified.manifests.size;
  },
};

const checkUnsigned = ({ keys, pinned }: Case, name: string, findings: Findings): void => {
  const message = "it is unsigned: who wrote it cannot be proven";
  if (!pinned) findings.incomplete(name, message);
  else findings.tampered(name, message, { expected: `a signature of ${idsOf(keys)}`, found: "none" });
};

const checkSigned = (
  { keys, pinned }: Case,
  name: string,
  manifest: Manifest,
  signed: ManifestSignature,
  findings: Findings,
): void => {
  if (keys.length === 0) {
    findings.incomplete(name, `no public key is at hand: it says that ${signed.key_id} signed it`);
    return;
  }
  const payload = payloadToSign(manifest);
  const signer = keys.find((key) => isSignedBy(payload, signed, key));
  if (signer === undefined) {
    const known = keys.some((key) => key.key_id === signed.key_id);
    const compared = { expected: `a signature of ${idsOf(keys)}`, found: `one that says ${signed.key_id}` };
    if (pinned || known) findings.tampered(name, "its signature is not one of the given key", compared);
    else findings.incomplete(name, "it is signed with a key that is not at hand", compared);
  } else checkKeyId(name, signed, signer, findings);
};

/** One machine names its key by its fingerprint; a key service by a name of its own, which no signature covers. */
const checkKeyId = (name: string, signed: ManifestSignature, signer: SigningKey, findings: Findings): void => {
  if (signed.key_id === signer.key_id) return;
  if (signer.algorithm === "EdDSA") {
    findings.tampered(name, "it names another key than the one that signed it", {
      expected: signer.key_id,
      found: signed.key_id,
    });
  } else findings.note(name, `its key is called ${signed.key_id} there; its fingerprint is ${signer.key_id}`);
};

const idsOf = (keys: readonly SigningKey[]): string => keys.map((key) => key.key_id).join(" or ");
