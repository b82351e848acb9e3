import { getMetadataStorage, type ValidationError } from 'class-validator';

interface ElementRule {
  /** The key of its message in `constraints`. */
  constraint: string;
  accepts(element: unknown): boolean;
}

/** What one list breaks: the rules for its elements, and which element breaks which. */
export interface ElementFaults {
  constraints: ReadonlySet<string>;
  /** Index → the rules that the element breaks, in the order of the validation. */
  byIndex: ReadonlyMap<number, string[]>;
}

/**
 * class-validator tells that some element of a list is wrong, but not which: `{ each: true }` makes one message for
 * the whole list. This asks the same rules again, element by element.
 * @param limit of elements named: a hostile body can hold millions
 */
export function elementFaults(fault: ValidationError, limit: number): ElementFaults {
  const rules = Array.isArray(fault.value) ? brokenRules(fault) : [];
  const byIndex = new Map<number, string[]>();
  const elements = rules.length > 0 ? (fault.value as unknown[]) : [];
  for (const [index, element] of elements.entries()) {
    if (byIndex.size >= limit) break;
    const broken = rules.filter((rule) => !rule.accepts(element)).map(({ constraint }) => constraint);
    if (broken.length > 0) byIndex.set(index, broken);
  }
  return { constraints: new Set(rules.map(({ constraint }) => constraint)), byIndex };
}

function brokenRules({ target, property, value, constraints = {} }: ValidationError): ElementRule[] {
  if (!target) return [];
  const storage = getMetadataStorage();
  const ofClass = storage.getTargetValidationMetadatas(target.constructor, '', false, false);
  const forElements = ofClass.filter((rule) => rule.propertyName === property && rule.each);
  return forElements.flatMap((rule) => {
    const about = { targetName: target.constructor.name, object: target, property, value };
    return storage
      .getTargetValidatorConstraints(rule.constraintCls)
      .filter(({ name }) => name in constraints)
      .map(({ name, instance }) => ({
        constraint: name,
        accepts: (element) =>
          instance.validate(element, { ...about, constraints: rule.constraints }) === true,
      }));
  });
}
