/** A link to a request: where it is, and a secret of 256 bits by which it is known that this link was given. */
export const requestLink = (approval_id: string, secret: string): string => `${approval_id}.${secret}`;

/** The request that a link names; undefined of one that earlier releases gave, which is a secret alone. */
export const requestOfLink = (link: string): string | undefined => {
  const end = link.lastIndexOf(".");
  return end < 0 ? undefined : link.slice(0, end);
};
