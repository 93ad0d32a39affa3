/**
 * The nearest places to `wanted`, in weighted squares, in which neighbours keep at least the differences of `offsets`: isotonic
 * regression by pooling adjacent violators (Barlow et al. 1972).
 */
export function settle(
  wanted: readonly number[],
  weights: readonly number[],
  offsets: readonly number[],
): number[] {
  const pools: { sum: number; weight: number; count: number }[] = [];
  for (let i = 0; i < wanted.length; i++) {
    const weight = weights[i]!;
    let pool = { sum: (wanted[i]! - offsets[i]!) * weight, weight, count: 1 };
    for (;;) {
      const last = pools[pools.length - 1];
      if (!last || last.sum / last.weight <= pool.sum / pool.weight) break;
      pools.pop();
      pool = {
        sum: last.sum + pool.sum,
        weight: last.weight + pool.weight,
        count: last.count + pool.count,
      };
    }
    pools.push(pool);
  }
  const places: number[] = [];
  for (const pool of pools) {
    for (let i = 0; i < pool.count; i++)
      places.push(pool.sum / pool.weight + offsets[places.length]!);
  }
  return places;
}
