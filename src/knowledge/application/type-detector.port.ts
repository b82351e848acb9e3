/** Decides what a file is by its first bytes; the name and the client's word only narrow it down. */
export abstract class TypeDetector {
  /**
   * @param head the first bytes of the file: `headBytes`, fewer only when the file is shorter
   * @param declared the part's `Content-Type`; null when there is none (`application/octet-stream` counts as none)
   * @returns the detected MIME type, without parameters, one of those that can be extracted
   * @throws AppError kind `unsupported`: `knowledge.type-not-supported` (and which types are), or
   *   `knowledge.type-mismatch` when the content is not what its name or declared type says
   */
  abstract detect(head: Buffer, filename: string, declared: string | null): Promise<string>;
}
