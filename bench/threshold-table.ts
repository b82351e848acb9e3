/** Something that a threshold accepts when its score reaches it, and whether it should. */
export interface Judged {
  /** What is reported apart, e.g. a language. */
  group: string;
  /** How it was made. Kinds count alike, however many there are of each. */
  kind: string;
  accept: boolean;
  score: number;
}

export interface ThresholdRow {
  threshold: number;
  /** Share of what should be rejected that is accepted, and of what should be accepted that is rejected. */
  falseAccept: number;
  falseReject: number;
}

export interface Verdict {
  /** The best on the even half. */
  best: number;
  constant: number;
  /** On the odd half. */
  bestCost: number;
  constantCost: number;
  holds: boolean;
}

const mean = (values: number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** The share of each kind whose score reaches the threshold. */
export function acceptedByKind(judged: Judged[], threshold: number): Map<string, number> {
  const kinds = [...new Set(judged.map(({ kind }) => kind))];
  return new Map(
    kinds.map((kind) => [
      kind,
      mean(judged.filter((one) => one.kind === kind).map(({ score }) => (score >= threshold ? 1 : 0))),
    ]),
  );
}

export function rowAt(judged: Judged[], threshold: number): ThresholdRow {
  const accepted = acceptedByKind(
    judged.filter(({ accept }) => accept),
    threshold,
  );
  const wrongly = acceptedByKind(
    judged.filter(({ accept }) => !accept),
    threshold,
  );
  return {
    threshold,
    falseAccept: mean([...wrongly.values()]),
    falseReject: mean([...accepted.values()].map((share) => 1 - share)),
  };
}

/** Cost more than this above the best is no noise. */
const tolerance = 0.01;

/**
 * Whether `constant` is as good as the threshold that costs least; chosen on every other one, judged on the rest. A
 * threshold costs its false accepts and `rejectWeight` times its false rejects.
 */
export function verdictOn(
  judged: Judged[],
  thresholds: readonly number[],
  constant: number,
  rejectWeight: number,
): Verdict {
  const half = (remainder: number): Judged[] => judged.filter((_, index) => index % 2 === remainder);
  const costOf = (part: Judged[], threshold: number): number => {
    const { falseAccept, falseReject } = rowAt(part, threshold);
    return falseAccept + rejectWeight * falseReject;
  };
  const [even, odd] = [half(0), half(1)];
  const costs = thresholds.map((threshold) => ({ threshold, cost: costOf(even, threshold) }));
  const best = costs.reduce((a, b) => (b.cost < a.cost ? b : a)).threshold;
  const [bestCost, constantCost] = [costOf(odd, best), costOf(odd, constant)];
  return { best, constant, bestCost, constantCost, holds: constantCost <= bestCost + tolerance };
}
