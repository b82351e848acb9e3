const keyPattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

/**
 * Keys are made by us; one that is not of the form is a defect (and would be a way out of the folder). Nor can it be
 * a mere number: the S3 client reads `007` in a listing as 7.
 */
export function assertObjectKey(key: string): void {
  if (key.length > 512 || !keyPattern.test(key) || !Number.isNaN(Number(key))) {
    throw new Error(`Not an object key: ${JSON.stringify(key.slice(0, 80))}`);
  }
}
