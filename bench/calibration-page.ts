import { rowAt, type Judged, type ThresholdRow } from './threshold-table.js';

/** Scores of labelled pairs or questions, and the threshold that the code has for them. */
export interface Calibration {
  name: string;
  title: string;
  /** Null: there is none to check. */
  constant: number | null;
  thresholds: readonly number[];
  /** What a false reject costs; a false accept costs 1. */
  rejectWeight: number;
  judged: Judged[];
}

export const groupsOf = ({ judged }: Calibration): string[] => [...new Set(judged.map(({ group }) => group))];

export const rowsOf = ({ judged, thresholds }: Calibration, group: string): ThresholdRow[] => {
  const own = judged.filter((one) => one.group === group);
  return thresholds.map((threshold) => rowAt(own, threshold));
};

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`);

const [width, height, margin] = [520, 220, 40];

/** Two curves over the thresholds, and where the constant stands. */
function plot({ constant, thresholds }: Calibration, rows: ThresholdRow[]): string {
  const [low, high] = [thresholds[0]!, thresholds.at(-1)!];
  const x = (threshold: number): string =>
    (margin + ((threshold - low) / (high - low)) * (width - 2 * margin)).toFixed(1);
  const y = (share: number): string => (height - margin - share * (height - 2 * margin)).toFixed(1);
  const curve = (of: (row: ThresholdRow) => number, colour: string): string =>
    `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${rows.map((row) => `${x(row.threshold)},${y(of(row))}`).join(' ')}"/>`;
  const at = constant === null ? '' : x(constant);
  const mark =
    at && `<line x1="${at}" x2="${at}" y1="${y(0)}" y2="${y(1)}" stroke="#888" stroke-dasharray="4"/>`;
  const labels = thresholds
    .map(
      (threshold) => `<text x="${x(threshold)}" y="${height - 18}" text-anchor="middle">${threshold}</text>`,
    )
    .join('');
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<text x="4" y="${y(1)}">100 %</text><text x="4" y="${y(0)}">0 %</text>${labels}${mark}
${curve(({ falseAccept }) => falseAccept, '#c0392b')}
${curve(({ falseReject }) => falseReject, '#2471a3')}
</svg>`;
}

const percent = (share: number): string => (share * 100).toFixed(1);

const table = (rows: ThresholdRow[]): string =>
  `<table><tr><th>threshold</th><th>false accept, %</th><th>false reject, %</th></tr>${rows
    .map(
      ({ threshold, falseAccept, falseReject }) =>
        `<tr><td>${threshold}</td><td>${percent(falseAccept)}</td><td>${percent(falseReject)}</td></tr>`,
    )
    .join('')}</table>`;

/** A page that needs nothing but itself. */
export function calibrationPage(at: string, calibrations: Calibration[]): string {
  const sections = calibrations.map((calibration) => {
    const groups = groupsOf(calibration).map((group) => {
      const rows = rowsOf(calibration, group);
      return `<h3>${escaped(group)}</h3>${plot(calibration, rows)}${table(rows)}`;
    });
    return `<h2>${escaped(calibration.title)}</h2>${groups.join('\n')}`;
  });
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Thresholds, ${escaped(at)}</title>
<style>
body { font: 14px system-ui, sans-serif; margin: 2rem; color: #222 }
svg text { font: 11px system-ui, sans-serif; fill: #222 }
table { border-collapse: collapse } th, td { padding: 2px 10px; border-bottom: 1px solid #ddd; text-align: right }
</style>
<h1>Thresholds</h1>
<p>${escaped(at)}. Red: accepted and should not be. Blue: rejected and should not be. Dashed: what the code has.</p>
${sections.join('\n')}
</html>
`;
}
