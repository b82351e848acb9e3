import { ValidateIf } from 'class-validator';

/** May be left out, but is no null when it is there (`@IsOptional` lets null through as well). */
export const MayBeAbsent = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);
