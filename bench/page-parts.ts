export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`);

export interface Bar {
  group: string;
  label: string;
  value: number;
  text: string;
}

const rowHeight = 20;
const labelWidth = 220;
const barWidth = 420;

/** Horizontal bars from 0 to the largest value, grouped by set. */
export function plot(title: string, bars: Bar[]): string {
  const largest = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const groups = [...new Set(bars.map(({ group }) => group))];
  const rows = bars.map(({ group, label, value, text }, row) => {
    const y = row * rowHeight + 4;
    const color = `hsl(${(groups.indexOf(group) * 67) % 360} 45% 55%)`;
    const width = (value / largest) * barWidth;
    return `<text x="${labelWidth - 6}" y="${y + 12}" text-anchor="end">${escaped(`${group}, ${label}`)}</text>
<rect x="${labelWidth}" y="${y}" width="${width.toFixed(1)}" height="${rowHeight - 6}" fill="${color}"/>
<text x="${(labelWidth + width + 5).toFixed(1)}" y="${y + 12}">${escaped(text)}</text>`;
  });
  const [width, height] = [labelWidth + barWidth + 80, bars.length * rowHeight + 8];
  return `<h2>${escaped(title)}</h2>
<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
${rows.join('\n')}
</svg>`;
}

export function table(head: string[], rows: (string | number)[][]): string {
  const line = (cells: (string | number)[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(String(cell))}</${tag}>`).join('')}</tr>`;
  return `<table>${line(head, 'th')}${rows.map((row) => line(row, 'td')).join('')}</table>`;
}

/** A page that needs nothing but itself. */
export const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title>
<style>
body { font: 14px system-ui, sans-serif; margin: 2rem; color: #222 }
svg text { font: 12px system-ui, sans-serif; fill: #222 }
table { border-collapse: collapse } th, td { padding: 2px 10px; border-bottom: 1px solid #ddd; text-align: right }
th:first-child, td:first-child, th:nth-child(2), td:nth-child(2) { text-align: left }
</style>
${body}
</html>
`;
