import iconv from 'iconv-lite';
import { decodeText } from './decode-text.js';

const korean = '계약 기간은 2024년부터 1년으로 한다. 똠방각하 펲시 뷁.\n';

describe('decodeText', () => {
  it.each([
    ['UTF-8', Buffer.from(korean)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${korean}`)],
    ['CP949, syllables beyond EUC-KR included', iconv.encode(korean, 'cp949')],
    ['UTF-16LE with a mark', Buffer.from(`\ufeff${korean}`, 'utf16le')],
    ['UTF-16BE with a mark', Buffer.from(`\ufeff${korean}`, 'utf16le').swap16()],
  ])('reads %s', (_, bytes) => {
    expect(decodeText(bytes)).toBe(korean);
  });

  it('reads UTF-8 that lost a byte as UTF-8', () => {
    const bytes = Buffer.from(korean.repeat(100));
    expect(decodeText(bytes.subarray(0, -2)).startsWith(korean.repeat(99))).toBe(true);
  });

  it('reads western and Japanese text by its distribution', () => {
    const french = 'Le café était fermé à cause de la grève générale. Où êtes-vous allés après le déjeuner ?';
    expect(decodeText(Buffer.from(french, 'latin1'))).toBe(french);
    const japanese = 'これは日本語の文章です。東京は日本の首都であり、人口が最も多い都市である。'.repeat(3);
    expect(decodeText(iconv.encode(japanese, 'shift_jis'))).toBe(japanese);
  });

  it('answers something for any bytes', () => {
    expect(typeof decodeText(Buffer.from([0xff, 0x80, 0x00, 0x81]))).toBe('string');
    expect(decodeText(Buffer.alloc(0))).toBe('');
  });
});
