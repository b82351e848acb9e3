import { Injectable, Param, type PipeTransform } from '@nestjs/common';
import { AppError } from '../../shared/app-error.js';
import { isId } from '../../shared/ids.js';

/** A path parameter that must be a UUID: anything else is a path that is not valid (400). */
@Injectable()
export class UuidPipe implements PipeTransform<unknown, string> {
  constructor(private readonly name: string) {}

  transform(value: unknown): string {
    if (isId(value)) return value.toLowerCase();
    throw new AppError({
      code: 'request.invalid',
      kind: 'invalid',
      message: `The path is not valid: \`${this.name}\` must be a UUID.`,
      errors: [{ path: `/${this.name}`, message: 'must be a UUID' }],
    });
  }
}

/** `@UuidParam('id') id: string` */
export const UuidParam = (name: string): ParameterDecorator => Param(name, new UuidPipe(name));
