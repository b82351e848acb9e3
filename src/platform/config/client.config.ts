import { IsOptional, IsString, IsUrl } from 'class-validator';
import { FromEnv } from './from-env.js';

/** For `npm run ask`: which server it talks to. */
export class ClientConfig {
  @FromEnv(
    'PROTOSTAR_URL',
    'Server that `npm run ask` uses, e.g. https://protostar.example.com. Unset: the one at HOST and PORT, started if it is not running.',
  )
  @IsOptional()
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  url?: string;

  @FromEnv('PROTOSTAR_TOKEN', 'API key that `npm run ask` sends; needed with AUTH_MODE=token.', {
    secret: true,
  })
  @IsOptional()
  @IsString()
  token?: string;
}
