import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { GaruWasm, initSync } from 'garu-ko/pkg/garu_wasm.js';

export interface Morpheme {
  /** Stems as in the dictionary: `만들` for `만든`. */
  text: string;
  /** Sejong tag: NNG, JKB, EF, ... */
  pos: string;
}

export interface KoreanAnalysis {
  tokens: Morpheme[];
  /** Cost of the best reading: lower is likelier, comparable for the same syllables only. */
  score: number;
}

/** Loaded at first use, once per thread: 130 ms, 10 MB. The package's own loader is asynchronous and warns. */
class Morphology {
  private analyser?: GaruWasm;
  /** A trap leaves the WASM instance undefined; after this many it is not started again. */
  private remainingStarts = 3;

  analyse(text: string): KoreanAnalysis | undefined {
    try {
      this.analyser ??= this.start();
      return this.analyser?.analyze(text) as KoreanAnalysis | undefined;
    } catch {
      this.analyser = undefined;
      return undefined;
    }
  }

  private start(): GaruWasm | undefined {
    if (this.remainingStarts === 0) return undefined;
    this.remainingStarts--;
    const folder = dirname(createRequire(import.meta.url).resolve('garu-ko/package.json'));
    initSync({ module: readFileSync(join(folder, 'pkg', 'garu_wasm_bg.wasm')) });
    return new GaruWasm(readFileSync(join(folder, 'models', 'base.gmdl')));
  }
}

const morphology = new Morphology();

/**
 * Morphemes of a short text; the cost is superlinear, so callers bound it. Undefined when the analyser cannot take
 * the input or is not to be had: callers do without.
 */
export const analyseKorean = (text: string): KoreanAnalysis | undefined => morphology.analyse(text);
