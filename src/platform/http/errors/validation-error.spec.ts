import { plainToInstance, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
  validateSync,
} from 'class-validator';
import type { FieldError } from '../../../shared/app-error.js';
import { newId } from '../../../shared/ids.js';
import { toValidationError } from './validation-error.js';

class Part {
  @IsString()
  @MaxLength(5)
  text: string;

  @IsOptional()
  @IsInt({ each: true })
  @Min(0, { each: true })
  marks?: number[];
}

class Body {
  @IsString()
  @MaxLength(10)
  @Matches(/\S/, { message: 'query must not be blank' })
  query: string;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsUUID('all', { each: true })
  ids?: string[];

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(9)
  limit?: number;

  @IsOptional()
  @IsArray()
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => Part)
  parts?: Part[];
}

/** With a rule of its own beside what it inherits. */
class LongerBody extends Body {
  @IsOptional()
  @IsString({ each: true })
  tags?: string[];
}

const judge = (body: object, type: new () => Body = Body): FieldError[] => {
  const faults = validateSync(plainToInstance(type, body), { whitelist: true, forbidNonWhitelisted: true });
  return toValidationError(faults).errors!;
};

describe('toValidationError', () => {
  it('names a place once, by the rule that the class lists first', () => {
    expect(judge({ query: 7, limit: 'many' })).toEqual([
      { path: '/query', message: 'must be a string' },
      { path: '/limit', message: 'must be an integer number' },
    ]);
    expect(judge({ query: ' '.repeat(11) })).toEqual([
      { path: '/query', message: 'must be shorter than or equal to 10 characters' },
    ]);
    expect(judge({ query: ' ' })).toEqual([{ path: '/query', message: 'must not be blank' }]);
  });

  it('says that a value is missing', () => {
    expect(judge({})).toEqual([{ path: '/query', message: 'is missing, but must be a string' }]);
  });

  it('points at the elements of a list that are wrong', () => {
    expect(judge({ query: 'x', ids: ['no-id', newId(), 5] })).toEqual([
      { path: '/ids/0', message: 'must be a UUID' },
      { path: '/ids/2', message: 'must be a UUID' },
    ]);
  });

  it('points at the list where the list itself is wrong', () => {
    expect(judge({ query: 'x', ids: 'no-id' })).toEqual([{ path: '/ids', message: 'must be an array' }]);
    const many = Array.from({ length: 101 }, (_, at) => (at === 100 ? 'no-id' : newId()));
    expect(judge({ query: 'x', ids: many })).toEqual([
      { path: '/ids', message: 'must contain no more than 100 elements' },
      { path: '/ids/100', message: 'must be a UUID' },
    ]);
  });

  it('points into nested objects and their lists', () => {
    const parts = [{ text: 'fine' }, { text: 'too long', marks: [1, -1, 0.5] }, [], 'text'];
    expect(judge({ query: 'x', parts })).toEqual([
      { path: '/parts/2', message: 'must be an object' },
      { path: '/parts/3', message: 'must be an object' },
      { path: '/parts/1/text', message: 'must be shorter than or equal to 5 characters' },
      { path: '/parts/1/marks/1', message: 'must not be less than 0' },
      { path: '/parts/1/marks/2', message: 'must be an integer number' },
    ]);
  });

  it('knows the rules that a class inherits', () => {
    expect(judge({ query: 'x', ids: ['no-id'], tags: ['fine', 1] }, LongerBody)).toEqual(
      expect.arrayContaining([
        { path: '/ids/0', message: 'must be a UUID' },
        { path: '/tags/1', message: 'must be a string' },
      ]),
    );
  });

  it('names unknown fields, escaped as a pointer wants it', () => {
    expect(judge({ query: 'x', 'a/b~c': 1 })).toEqual([{ path: '/a~1b~0c', message: 'should not exist' }]);
  });

  it('names fifty places of a hostile body', () => {
    const errors = judge({ query: 'x', parts: [], ids: Array.from({ length: 90 }, () => 'x') });
    expect(errors).toHaveLength(50);
    expect(errors.at(-1)).toEqual({ path: '/ids/49', message: 'must be a UUID' });
  });
});
