/** In order, at most `width` at a time. */
export async function inParallel<T>(
  width: number,
  items: T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const walk = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: width }, walk));
}
