import { embedding, extracting, type StageProgress } from '../domain/stage-progress.js';
import { ClaimLease, ClaimLost } from './claim-lease.js';
import type { DocumentDispatch } from './document-dispatch.service.js';
import { IngestionProgress } from './ingestion-progress.js';
import type { Claim, IngestionRepository } from './ingestion.repository.js';

const pages = (done: number, total: number): StageProgress => extracting({ done, total, unit: 'pages' });

describe('IngestionProgress', () => {
  const written: StageProgress[] = [];
  let held: boolean;
  let lease: ClaimLease;
  let progress: IngestionProgress;

  beforeEach(() => {
    written.length = 0;
    held = true;
    lease = new ClaimLease(async () => held, new AbortController().signal);
    const ingestion = {
      async advance(_claim: Claim, stage: StageProgress) {
        written.push(stage);
        return held;
      },
    } as unknown as IngestionRepository;
    const dispatch = { notify: async () => undefined } as unknown as DocumentDispatch;
    progress = new IngestionProgress(ingestion, dispatch, {} as Claim, lease);
  });
  afterEach(() => lease.release());

  it('writes each stage and the end of one that is counted, and of what is between not all', async () => {
    await progress.enter(extracting(null));
    for (let done = 1; done <= 50; done++) progress.note(pages(done, 50));
    await progress.enter(embedding(0, 8));
    expect(written[0]).toEqual(extracting(null));
    expect(written.slice(-2)).toEqual([pages(50, 50), embedding(0, 8)]);
    expect(written.length).toBeLessThan(50);
  });

  it('gives the claim up when it is lost', async () => {
    held = false;
    progress.note(pages(1, 2));
    await expect(progress.enter(embedding(0, 8))).rejects.toThrow(ClaimLost);
    expect(lease.lost).toBe(true);
  });
});
