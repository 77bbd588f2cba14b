import { Surprise } from "../../../shared/plan/surprise.ts";

/** Octets of each of the two numbers of a P-256 signature. */
const NUMBER_OCTETS = 32;

/** The signature is not the DER form that KMS documents. */
export class MalformedSignature extends Surprise {
  override readonly name = "MalformedSignature";
  constructor() {
    super("the signature is not a DER sequence of two integers");
  }
}

/**
 * KMS answers ECDSA signatures in DER (X9.62: SEQUENCE of INTEGER r, INTEGER s); JOSE writes r and s one after the
 * other, 32 octets each (RFC 7518, 3.4), in base64url.
 * @throws MalformedSignature
 */
export const joseSignature = (der: Uint8Array): string => {
  // Two numbers of at most 33 octets: every length fits into one octet.
  if (der[0] !== 0x30 || der[1] !== der.length - 2) throw new MalformedSignature();
  const first = integerAt(der, 2);
  const second = integerAt(der, first.end);
  if (second.end !== der.length) throw new MalformedSignature();
  return Buffer.concat([first.octets, second.octets]).toString("base64url");
};

const integerAt = (der: Uint8Array, start: number): { octets: Uint8Array; end: number } => {
  const length = der[start + 1];
  if (der[start] !== 0x02 || length === undefined || length === 0) throw new MalformedSignature();
  const end = start + 2 + length;
  // DER puts a zero before a number whose first bit is set, and leaves out zeros that JOSE wants.
  const significant = der.subarray(start + 2, end).subarray(Math.max(0, length - NUMBER_OCTETS));
  const leading = der.subarray(start + 2, end - significant.length);
  if (end > der.length || leading.some((octet) => octet !== 0)) throw new MalformedSignature();
  const octets = new Uint8Array(NUMBER_OCTETS);
  octets.set(significant, NUMBER_OCTETS - significant.length);
  return { octets, end };
};
