import { codeDefinitions } from './code-definitions.js';

const titles = (code: string, extension: string) =>
  codeDefinitions(code, extension).map(({ level, title }) => [level, title]);

describe('codeDefinitions', () => {
  it.each([
    ['ts', 'export abstract class A<T> extends B {', [1, 'export abstract class A<T> extends B']],
    [
      'ts',
      'export const parse = async (text: string) => {',
      [1, 'export const parse = async (text: string)'],
    ],
    ['py', '    async def read(self, path):', [2, 'async def read(self, path)']],
    ['rs', 'pub(crate) fn read<T>(x: T) -> u8 {', [1, 'pub(crate) fn read<T>(x: T) -> u8']],
    ['go', 'func (s *Server) Close() error {', [1, 'func (s *Server) Close() error']],
    ['java', '  public interface Shape {', [2, 'public interface Shape']],
    ['c', 'static int main(int argc, char **argv)', [1, 'static int main(int argc, char **argv)']],
    ['toml', '[tool.black]', [1, '[tool.black]']],
    ['sql', 'CREATE OR REPLACE FUNCTION total()', [1, 'CREATE OR REPLACE FUNCTION total()']],
  ])('sees in %s that %s begins something', (extension, line, found) => {
    const code = `// first\n${line}\n  rest\n`;
    expect(titles(code, extension)).toEqual([found]);
    expect(code.slice(codeDefinitions(code, extension)[0]!.start)).toMatch(line);
  });

  it.each([
    ['py', 'class of things that are named'],
    ['c', 'return call(a, b)'],
    ['c', 'int forward(int);'],
    ['ts', ' * function of the state'],
    ['ts', 'const size = 3;'],
    ['js', '[1, 2]'],
  ])('sees in %s that %s does not', (extension, line) => {
    expect(titles(line, extension)).toEqual([]);
  });

  it.each(['export ', 'int a', '(', 'const a = ', ' '])('gets to the end of a megabyte of %j', (unit) => {
    const lines = `${unit.repeat(40)}\n`.repeat(1_000_000 / unit.length / 40);
    for (const text of [lines, unit.repeat(1_000_000 / unit.length)])
      expect(() => codeDefinitions(text, 'c')).not.toThrow();
  });
});
