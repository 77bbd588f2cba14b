/** A response whose body goes on after it was given, and when that is over: all of it was read, or nobody reads it any more. */
export const goingOn = (response: Response): { readonly response: Response; readonly over: Promise<void> } => {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  if (response.body === null) {
    resolve();
    return { response, over };
  }
  const body = response.body.pipeThrough(new TransformStream({ flush: () => resolve(), cancel: () => resolve() }));
  return { response: new Response(body, response), over };
};
