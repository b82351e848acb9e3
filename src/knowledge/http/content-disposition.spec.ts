import { attachment } from './content-disposition.js';

describe('attachment', () => {
  it('keeps a plain name', () => {
    expect(attachment('report.pdf')).toBe(`attachment; filename="report.pdf"; filename*=UTF-8''report.pdf`);
  });

  it('encodes Korean, and offers old clients a plain name', () => {
    expect(attachment('보고서 1.pdf')).toBe(
      `attachment; filename="___ 1.pdf"; filename*=UTF-8''%EB%B3%B4%EA%B3%A0%EC%84%9C%201.pdf`,
    );
  });

  it('lets no name break out of the header', () => {
    const value = attachment(`a"; filename="b'(1)*\\.html`);
    expect(value).toBe(
      `attachment; filename="a__ filename=_b'(1)*_.html"; filename*=UTF-8''a%22%3B%20filename%3D%22b%27%281%29%2A%5C.html`,
    );
  });
});
