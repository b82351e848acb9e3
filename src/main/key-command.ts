import { parseArgs } from 'node:util';
import type { ManageKeys } from '../identity/application/manage-keys.service.js';
import type { ApiKey } from '../identity/domain/api-key.js';
import { AppError } from '../shared/app-error.js';

export const keyUsage = `Keys for AUTH_MODE=token.

  npm run key -- create --owner <name or UUID> --role user|admin [--name <label>]
  npm run key -- list
  npm run key -- revoke <id>

A key is shown once, when it is made; only its hash is kept. The owner "local" is the one of
AUTH_MODE=none: a key for it reaches the documents of that mode. The data folder must not be in
use by a running Protostar: stop it first.
`;

export interface KeyCommandIo {
  out(text: string): void;
  err(text: string): void;
  /** Opens the store; called once, and only when the arguments are right. */
  withKeys(work: (keys: ManageKeys) => Promise<void>): Promise<void>;
}

type Work = (keys: ManageKeys) => Promise<void>;

/** @returns the exit code: 0 done, 1 refused, 2 the arguments are wrong. */
export async function runKeyCommand(args: string[], io: KeyCommandIo): Promise<number> {
  let work: Work | undefined;
  try {
    work = parse(args, io);
  } catch (error) {
    if (!(error instanceof UsageError) && !isParseArgsError(error)) throw error;
    io.err(`${(error as Error).message}\n\n${keyUsage}`);
    return 2;
  }
  if (!work) {
    io.out(keyUsage);
    return 0;
  }
  try {
    await io.withKeys(work);
    return 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    io.err(`${error.message}\n`);
    return 1;
  }
}

class UsageError extends Error {}

const isParseArgsError = (error: unknown): boolean =>
  String((error as { code?: unknown } | null)?.code).startsWith('ERR_PARSE_ARGS');

/** Undefined: help was asked for. */
function parse(args: string[], io: KeyCommandIo): Work | undefined {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      owner: { type: 'string' },
      role: { type: 'string' },
      name: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  const [command, ...rest] = positionals;
  if (command === 'create' && rest.length === 0) return create(values, io);
  if (command === 'list' && rest.length === 0) return list(io);
  const [id] = rest;
  if (command === 'revoke' && id !== undefined && rest.length === 1) return revoke(id, io);
  throw new UsageError(command === undefined ? 'A command is missing.' : `Not understood: ${args.join(' ')}`);
}

function create(values: { owner?: string; role?: string; name?: string }, io: KeyCommandIo): Work {
  const owner = values.owner?.trim().normalize('NFC');
  const { role } = values;
  if (!owner || owner.length > 100)
    throw new UsageError('--owner must be a name of 1 to 100 characters or a UUID.');
  if (role !== 'user' && role !== 'admin') throw new UsageError('--role must be user or admin.');
  const name = (values.name ?? owner).slice(0, 100);
  return async (keys) => {
    const created = await keys.create({ owner, role, name });
    io.out(`${created.key}\n`);
    io.err(`Key ${created.id} for the owner ${created.ownerId}, role ${role}. It is not shown again.\n`);
  };
}

const list =
  (io: KeyCommandIo): Work =>
  async (keys) => {
    const rows = (await keys.list()).map(toRow);
    const table = [['ID', 'OWNER', 'ROLE', 'NAME', 'CREATED', 'REVOKED'], ...rows];
    const widths =
      table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
    const lines = table.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
    io.out(`${lines.join('\n')}\n`);
  };

const toRow = (key: ApiKey): string[] => [
  key.id,
  key.ownerName ?? key.ownerId,
  key.role,
  key.name,
  key.createdAt.toISOString(),
  key.revokedAt?.toISOString() ?? '',
];

const revoke =
  (id: string, io: KeyCommandIo): Work =>
  async (keys) => {
    await keys.revoke(id);
    io.out(`Key ${id} is revoked.\n`);
  };
