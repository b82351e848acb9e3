import { IsBoolean, IsInt, IsOptional, IsString, IsUrl, Matches, Max, Min, MinLength } from 'class-validator';
import { FromEnv } from './from-env.js';

/** Where the HTTP API listens and what it takes. */
export class ServerConfig {
  @FromEnv('HOST', 'Address that the API listens on. With AUTH_MODE=none only a loopback address is allowed.')
  @IsString()
  @MinLength(1)
  host: string = '127.0.0.1';

  @FromEnv('PORT', 'TCP port of the API, 0 to 65535; 0 takes any free port.')
  @IsInt()
  @Min(0)
  @Max(65_535)
  port: number = 3000;

  @FromEnv(
    'CORS_ORIGINS',
    'Origins of web pages that may call the API, comma-separated, e.g. https://app.example.com. None by default.',
  )
  @IsUrl(
    {
      require_tld: false,
      require_protocol: true,
      protocols: ['http', 'https'],
      allow_query_components: false,
    },
    { each: true, message: 'CORS_ORIGINS must be a list of origins such as https://app.example.com' },
  )
  @Matches(/^https?:\/\/[^/?#@]+$/, {
    each: true,
    message: 'CORS_ORIGINS must name origins only: scheme, host and port, without a path',
  })
  corsOrigins: string[] = [];

  @FromEnv(
    'ALLOWED_HOSTS',
    'Names, besides localhost, 127.0.0.1 and [::1], that the `Host` header may carry with AUTH_MODE=none, comma-separated, without a port.',
  )
  @Matches(/^[A-Za-z0-9.\-_[\]:]+$/, { each: true, message: 'ALLOWED_HOSTS must be a list of host names' })
  allowedHosts: string[] = [];

  @FromEnv('JSON_LIMIT_BYTES', 'Largest JSON request body, in bytes.')
  @IsInt()
  @Min(1024)
  @Max(268_435_456)
  jsonLimitBytes: number = 16_777_216;

  @FromEnv(
    'REQUEST_TIMEOUT_MS',
    'Milliseconds within which a request must have arrived whole, uploads included.',
  )
  @IsInt()
  @Min(1000)
  @Max(3_600_000)
  requestTimeoutMs: number = 600_000;

  @FromEnv('TRUST_PROXY', 'true when a reverse proxy in front of the API sets X-Forwarded-For and -Proto.')
  @IsBoolean()
  trustProxy: boolean = false;

  @FromEnv(
    'HEALTH_PORT',
    'TCP port on which a worker process answers /health/live, /health/ready and /metrics; none when unset.',
  )
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(65_535)
  healthPort?: number;
}
