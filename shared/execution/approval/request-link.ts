/**
 * A link to a request: which one it is, and a secret of 256 bits by which it is known that this link was given. Letters,
 * digits, `-` and `_` only: `buddy approvals` of any release finds it at the end of an address.
 */
export const requestLink = (approval_id: string, secret: string): string => `${approval_id}_${secret}`;

/** The request that a link names; undefined of one that earlier releases gave, which is a secret alone. */
export const requestOfLink = (link: string): string | undefined => /^(ap-[0-9a-f]{24})_/.exec(link)?.[1];
