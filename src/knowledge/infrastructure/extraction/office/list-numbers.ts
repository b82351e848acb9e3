const hangul = '가나다라마바사아자차카타파하';
const initials = 'ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ';
const digits = ['', '일', '이', '삼', '사', '오', '육', '칠', '팔', '구'];

const roman = (value: number): string => {
  const steps: [number, string][] = [
    [1000, 'm'],
    [900, 'cm'],
    [500, 'd'],
    [400, 'cd'],
    [100, 'c'],
    [90, 'xc'],
    [50, 'l'],
    [40, 'xl'],
    [10, 'x'],
    [9, 'ix'],
    [5, 'v'],
    [4, 'iv'],
    [1, 'i'],
  ];
  let rest = value;
  let text = '';
  for (const [step, letters] of steps) {
    while (rest >= step) {
      text += letters;
      rest -= step;
    }
  }
  return text;
};

/** a … z, aa, bb: as word processors count on. */
const letter = (value: number): string =>
  String.fromCharCode(97 + ((value - 1) % 26)).repeat(Math.min(Math.ceil(value / 26), 10));

const korean = (value: number): string =>
  value < 100
    ? `${value >= 20 ? digits[Math.floor(value / 10)] : ''}${value >= 10 ? '십' : ''}${digits[value % 10]}`
    : String(value);

const cycled = (alphabet: string, value: number): string => alphabet[(value - 1) % alphabet.length]!;

/** A list number as the format shows it (names of OOXML and ODF). */
export const listNumber = (value: number, format: string): string => {
  if (value < 1 || value > 3_999) return String(value);
  switch (format) {
    case 'lowerLetter':
    case 'a':
      return letter(value);
    case 'upperLetter':
    case 'A':
      return letter(value).toUpperCase();
    case 'lowerRoman':
    case 'i':
      return roman(value);
    case 'upperRoman':
    case 'I':
      return roman(value).toUpperCase();
    case 'ganada':
    case '가, 나, 다, ...':
      return cycled(hangul, value);
    case 'chosung':
    case 'ㄱ, ㄴ, ㄷ, ...':
      return cycled(initials, value);
    case 'koreanDigital':
    case 'koreanDigital2':
    case 'koreanCounting':
    case '일, 이, 삼, ...':
      return korean(value);
    case 'decimalEnclosedCircle':
    case '①, ②, ③, ...':
      return value <= 20 ? String.fromCharCode(0x245f + value) : `(${value})`;
    case 'decimalZero':
      return String(value).padStart(2, '0');
    default:
      return String(value);
  }
};
