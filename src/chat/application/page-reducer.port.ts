export interface PageSource {
  /** Exactly one of the two. Hostile: it comes from a web page. */
  html?: string;
  text?: string;
  title?: string;
  /** A label; never fetched. */
  url?: string;
}

/** Turns the page that a visitor reads into plain text: no scripts, styles, markup or hidden parts. */
export abstract class PageReducer {
  /** @throws AppError `chat.page-without-text` (kind `unprocessable`) when nothing readable is left. */
  abstract reduce(source: PageSource): Promise<{ title: string | null; text: string }>;
}
