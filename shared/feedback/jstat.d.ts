/** The part of jstat that bounds.ts uses; the package brings no types of its own (docs/adr/0011). */
declare module "jstat" {
  const jStat: {
    readonly beta: {
      /** Quantile: the x with P(X <= x) = p. */
      inv(p: number, alpha: number, beta: number): number;
      /** P(X <= x). */
      cdf(x: number, alpha: number, beta: number): number;
    };
    readonly normal: { cdf(x: number, mean: number, standardDeviation: number): number };
  };
  export default jStat;
}
