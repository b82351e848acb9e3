interface Rule {
  /** Literal pieces between wildcards. */
  pieces: string[];
  anchored: boolean;
  length: number;
  allow: boolean;
}

/** A file of nothing but rules holds more, but none that a person wrote does. */
const mostRules = 10_000;

/** What a `robots.txt` (RFC 9309) says to one robot. Linear in the file: its author is a stranger. */
export class RobotsRules {
  private constructor(private readonly rules: readonly Rule[]) {}

  /** @param text well-formed @param robot the product token of the user agent, without version */
  static parse(text: string, robot: string): RobotsRules {
    const own: Rule[] = [];
    const common: Rule[] = [];
    let named = false;
    let group: Rule[][] = [];
    let inRules = false;
    for (const { key, value } of fieldsOf(text)) {
      if (key === 'user-agent') {
        if (inRules) group = [];
        inRules = false;
        const agent = value.toLowerCase().replace(/[/\s].*$/s, '');
        if (agent === robot.toLowerCase()) named = Boolean(group.push(own));
        else if (agent === '*') group.push(common);
      } else if (key === 'allow' || key === 'disallow') {
        inRules = true;
        // An empty rule says nothing.
        if (value === '') continue;
        for (const rules of new Set(group))
          if (rules.length < mostRules) rules.push(toRule(value, key === 'allow'));
      }
    }
    return new RobotsRules(named ? own : common);
  }

  /** The longest rule that matches decides; of two as long, the one that allows. */
  allows({ pathname, search }: URL): boolean {
    if (pathname === '/robots.txt') return true;
    const path = comparable(`${pathname}${search}`);
    let deciding: Rule | undefined;
    for (const rule of this.rules) {
      const weaker =
        deciding && (rule.length < deciding.length || (rule.length === deciding.length && !rule.allow));
      if (!weaker && matches(rule, path)) deciding = rule;
    }
    return deciding?.allow ?? true;
  }
}

function* fieldsOf(text: string): Generator<{ key: string; value: string }> {
  for (const line of text.replace(/^\ufeff/, '').split(/[\r\n]+/)) {
    const [field = ''] = line.split('#', 1);
    const colon = field.indexOf(':');
    if (colon < 0) continue;
    yield { key: field.slice(0, colon).trim().toLowerCase(), value: field.slice(colon + 1).trim() };
  }
}

function toRule(pattern: string, allow: boolean): Rule {
  const anchored = pattern.endsWith('$');
  const plain = comparable(anchored ? pattern.slice(0, -1) : pattern);
  return { pieces: plain.split(/\*+/), anchored, length: pattern.length, allow };
}

/** Percent-encodings compare by what they encode, in capitals; what needs none counts as encoded where it is not ASCII. */
function comparable(path: string): string {
  const encoded = path.replace(/[^\x21-\x7e]+/gu, encodeURIComponent);
  return encoded.replace(/%[0-9a-f]{2}/gi, (escape) => {
    const code = Number.parseInt(escape.slice(1), 16);
    const char = String.fromCharCode(code);
    return /[A-Za-z0-9._~-]/.test(char) ? char : escape.toUpperCase();
  });
}

/** Each piece at the first place where it stands: what comes after has then the most room. */
function matches({ pieces, anchored }: Rule, path: string): boolean {
  const [first = '', ...rest] = pieces;
  if (!path.startsWith(first)) return false;
  let position = first.length;
  const last = anchored ? rest.pop() : undefined;
  for (const piece of rest) {
    const found = path.indexOf(piece, position);
    if (found < 0) return false;
    position = found + piece.length;
  }
  if (!anchored) return true;
  if (last === undefined) return position === path.length;
  return path.length - last.length >= position && path.endsWith(last);
}
