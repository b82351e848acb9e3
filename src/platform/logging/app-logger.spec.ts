import { AppLogger } from './app-logger.js';
import { currentRequestId, runInRequestContext } from './request-context.js';

function aLogger(level = 'debug') {
  const lines: Record<string, unknown>[] = [];
  const destination = {
    write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  };
  return { logger: AppLogger.create({ level, instance: 'api', destination }), lines };
}

describe('AppLogger', () => {
  it('writes a static message with data as fields, and the request id of the context', async () => {
    const { logger, lines } = aLogger();
    await runInRequestContext({ requestId: 'r-1' }, async () => {
      await Promise.resolve();
      logger.info('job.completed', { documentId: 'd', durationMs: 3 });
    });
    logger.info('later');
    expect(lines[0]).toMatchObject({
      level: 'info',
      msg: 'job.completed',
      instance: 'api',
      documentId: 'd',
      durationMs: 3,
      requestId: 'r-1',
    });
    expect(lines[1]).not.toHaveProperty('requestId');
  });

  it('writes errors with their causes', () => {
    const { logger, lines } = aLogger();
    logger.error('job.failed', { error: new Error('outer', { cause: new Error('inner') }) });
    expect(lines[0]?.error).toMatchObject({ type: 'Error', message: 'outer: inner' });
    expect(JSON.stringify(lines[0])).toContain('app-logger.spec.ts');
  });

  it('takes the calls that Nest makes', () => {
    const { logger, lines } = aLogger();
    logger.log('Mapped', 'RouterExplorer');
    logger.warn('Careful', 'Somewhere');
    logger.error('Broken', 'Error: x\n    at y', 'ExceptionsHandler');
    expect(lines).toMatchObject([
      { level: 'debug', msg: 'Mapped', context: 'RouterExplorer' },
      { level: 'warn', msg: 'Careful', context: 'Somewhere' },
      { level: 'error', msg: 'Broken', stack: 'Error: x\n    at y', context: 'ExceptionsHandler' },
    ]);
  });

  it('keeps credentials out', () => {
    const { logger, lines } = aLogger();
    logger.info('x', {
      authorization: 'Bearer hush',
      headers: { cookie: 'hush' },
      model: { apiKey: 'hush' },
    });
    expect(JSON.stringify(lines)).not.toContain('hush');
  });

  it('obeys its level', () => {
    const { logger, lines } = aLogger('warn');
    logger.info('quiet');
    logger.warn('loud');
    expect(lines.map(({ msg }) => msg)).toEqual(['loud']);
  });
});

describe('the request context', () => {
  it('is empty outside of a request and apart inside of two', async () => {
    const seen = await Promise.all(
      ['a', 'b'].map((requestId) =>
        runInRequestContext({ requestId }, async () => {
          await new Promise((resolve) => setImmediate(resolve));
          return currentRequestId();
        }),
      ),
    );
    expect(seen).toEqual(['a', 'b']);
    expect(currentRequestId()).toBeNull();
  });
});
