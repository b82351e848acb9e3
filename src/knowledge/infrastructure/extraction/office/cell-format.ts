import { format } from 'numfmt';

/** Formats that a workbook names by number alone; `yyyy-mm-dd` where they follow the reader's locale. */
const builtIn: Record<number, string> = {
  0: 'General',
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  9: '0%',
  10: '0.00%',
  11: '0.00E+00',
  12: '# ?/?',
  13: '# ??/??',
  14: 'yyyy-mm-dd',
  15: 'd-mmm-yy',
  16: 'd-mmm',
  17: 'mmm-yy',
  18: 'h:mm AM/PM',
  19: 'h:mm:ss AM/PM',
  20: 'h:mm',
  21: 'h:mm:ss',
  22: 'yyyy-mm-dd hh:mm',
  37: '#,##0 ;(#,##0)',
  38: '#,##0 ;(#,##0)',
  39: '#,##0.00;(#,##0.00)',
  40: '#,##0.00;(#,##0.00)',
  45: 'mm:ss',
  46: '[h]:mm:ss',
  47: 'mm:ss.0',
  48: '##0.0E+0',
  49: '@',
  // of Korean, Chinese and Japanese Excel: dates and times
  ...Object.fromEntries([27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58].map((id) => [id, 'yyyy-mm-dd'])),
  ...Object.fromEntries([32, 33, 34, 35, 55, 56].map((id) => [id, 'h:mm:ss'])),
};

const longestPattern = 255;
/** Days from the beginning of Excel's years to that of the Macintosh's. */
const macintoshDays = 1_462;

/** A cell's number as its format shows it. */
export class CellFormats {
  private readonly patterns: string[];
  private readonly isBroken = new Set<string>();

  /** @param formatIds by cell style @param custom the workbook's own, by id */
  constructor(
    formatIds: number[],
    custom: Map<number, string>,
    private readonly isMacintosh: boolean,
  ) {
    this.patterns = formatIds.map((id) => custom.get(id) ?? builtIn[id] ?? 'General');
  }

  show(raw: string, style: number): string {
    const value = Number(raw);
    if (raw.trim() === '' || !Number.isFinite(value)) return raw;
    const pattern = this.patterns[style] ?? 'General';
    if (pattern.length > longestPattern || this.isBroken.has(pattern)) return this.plain(value);
    try {
      const days = this.isMacintosh && /[ymdhs]/i.test(pattern) ? value + macintoshDays : value;
      return format(pattern, days).trim();
    } catch {
      // numfmt refuses patterns that Excel would refuse: the number itself is what is left
      this.isBroken.add(pattern);
      return this.plain(value);
    }
  }

  private plain(value: number): string {
    return format('General', value);
  }
}
