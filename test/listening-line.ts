/** Where an API listens, from the line of its log that says so; undefined for every other line. */
export const listeningUrl = (line: string): string | undefined =>
  /"url":"(http:[^"]+)".*"msg":"http\.listening"/.exec(line)?.[1];
