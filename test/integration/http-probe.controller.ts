import { Body, Controller, Delete, Get, Header, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiProduces } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsObject, IsOptional, IsString, MaxLength, Min, ValidateNested } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, type ErrorKind } from '../../src/shared/app-error.js';
import type { Caller } from '../../src/shared/caller.js';
import { newId } from '../../src/shared/ids.js';
import { CurrentCaller } from '../../src/platform/http/current-caller.js';
import { Idempotent } from '../../src/platform/http/idempotency/idempotent.js';
import { ListQuery, encodeCursor, pageOf } from '../../src/platform/http/list-query.dto.js';
import { UuidParam } from '../../src/platform/http/uuid-param.pipe.js';
import { currentRequestId } from '../../src/platform/logging/request-context.js';

class Turn {
  @IsString()
  @MaxLength(100)
  content: string;
}

class ThingBody {
  @IsString()
  @MaxLength(100)
  title: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  size?: number;

  @IsOptional()
  @IsObject()
  metadata?: Record<string, unknown>;

  @IsOptional()
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => Turn)
  turns?: Turn[];
}

/** One route for each behaviour of the platform. */
@Controller('api/v1/things')
export class ThingController {
  static created = 0;
  /** Settles the next `slow`. */
  static release: () => void = () => undefined;

  @Get()
  list(@Query() query: ListQuery) {
    return { data: [pageOf(query)], nextCursor: encodeCursor(newId()) };
  }

  @Get(':id')
  get(@UuidParam('id') id: string, @CurrentCaller() caller: Caller) {
    return { id, ownerId: caller.ownerId, requestId: currentRequestId() };
  }

  @Post()
  @Idempotent({ atomic: true })
  create(@Body() body: ThingBody, @Res({ passthrough: true }) reply: FastifyReply) {
    ThingController.created += 1;
    const id = newId();
    void reply.header('location', `/api/v1/things/${id}`);
    return { id, title: body.title, requestId: currentRequestId(), createdAt: new Date(0) };
  }

  @Post('slow')
  @Idempotent()
  async slow(@Body() body: ThingBody) {
    ThingController.created += 1;
    await new Promise<void>((resolve) => {
      ThingController.release = resolve;
    });
    return { title: body.title };
  }

  @Post('refused')
  @Idempotent()
  refused(@Body() _body: ThingBody) {
    ThingController.created += 1;
    throw new AppError({ code: 'thing.taken', kind: 'conflict', message: 'The name is taken.' });
  }

  @Patch(':id')
  patch(@UuidParam('id') id: string, @Body() body: ThingBody) {
    return { id, title: body.title };
  }

  @Post(':id/cancel')
  cancel(@UuidParam('id') id: string) {
    return { id };
  }

  @Delete(':id')
  @Header('x-done', 'yes')
  remove(@UuidParam('id') _id: string): void {}

  @Post('form')
  @ApiConsumes('multipart/form-data')
  async form(@Req() request: FastifyRequest) {
    const names: string[] = [];
    for await (const part of request.parts()) {
      names.push(part.fieldname);
      if (part.type === 'file') part.file.resume();
    }
    return { names };
  }

  @Get(':id/text')
  @ApiProduces('text/plain')
  text(@UuidParam('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.type('text/plain; charset=utf-8');
    return id;
  }

  @Get('fail/:kind')
  fail(@Req() request: FastifyRequest<{ Params: { kind: string } }>): void {
    const { kind } = request.params;
    if (kind === 'defect') throw new Error('the secret of the defect');
    if (kind === 'store-down') throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    throw new AppError({ code: `thing.${kind}`, kind: kind as ErrorKind, message: `It is ${kind}.` });
  }
}
