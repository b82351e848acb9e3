import { Controller, Post, Put, Headers, HttpCode, Req, Res, type Type } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { KnowledgeConfig } from '../../platform/config/knowledge.config.js';
import { CurrentCaller } from '../../platform/http/current-caller.js';
import { ApiIdempotencyKey, ApiIfMatch, etagHeader } from '../../platform/http/docs/api-headers.js';
import { ApiRefusal } from '../../platform/http/docs/refusals.js';
import { Idempotency } from '../../platform/http/idempotency/idempotency.js';
import { replyOnce } from '../../platform/http/idempotency/reply-once.js';
import { bodySha256Of } from '../../platform/http/idempotency/request-fingerprint.js';
import { UuidParam } from '../../platform/http/uuid-param.pipe.js';
import { AppError } from '../../shared/app-error.js';
import type { Caller } from '../../shared/caller.js';
import { AddDocuments, type Acceptance, type ReceivedFile } from '../application/add-documents.service.js';
import { AddUrl } from '../application/add-url.service.js';
import { ReplaceContent } from '../application/replace-content.service.js';
import { isQuotaExceeded } from '../domain/knowledge-errors.js';
import { assertMetadata, parseMetadata } from '../domain/metadata.js';
import { AddTextBody, AddUrlBody, DocumentDto, ReplacementForm, UploadForm } from './document.dto.js';
import { expectedRevision, revisionTag } from './if-match.js';
import {
  discardForm,
  receiveForm,
  sha256OfForm,
  type FormReader,
  type ReceivedForm,
} from './multipart-form.js';
import { parseBody } from './parse-body.js';
import { UploadResultDto } from './upload.dto.js';
import { UploadOutcome } from './upload-outcome.js';

type Target = Omit<Acceptance, 'metadata'>;
type Exchange = { request: FastifyRequest; reply: FastifyReply };

const schemaOf = (body: Type): { $ref: string } => ({ $ref: getSchemaPath(body) });

@ApiTags('Knowledge')
@ApiExtraModels(AddTextBody, AddUrlBody, UploadForm)
@Controller('api/v1')
export class UploadsController {
  constructor(
    private readonly adding: AddDocuments,
    private readonly fetching: AddUrl,
    private readonly replacing: ReplaceContent,
    private readonly config: KnowledgeConfig,
    private readonly idempotency: Idempotency,
  ) {}

  @Post('collections/:id/documents')
  @HttpCode(202)
  @ApiIdempotencyKey()
  @ApiConsumes('multipart/form-data', 'application/json')
  @ApiOperation({
    summary: 'Add documents: files, one text, or one URL',
    description:
      'One element for each part, in order. The same bytes are stored once in a collection. When nothing is taken, the first refusal is the answer. A URL is fetched later, by the worker, as the beginning of `extracting`: what goes wrong with it ends in a `failed` document.',
    requestBody: {
      required: true,
      content: {
        'multipart/form-data': { schema: schemaOf(UploadForm) },
        'application/json': { schema: { oneOf: [schemaOf(AddTextBody), schemaOf(AddUrlBody)] } },
      },
    },
  })
  @ApiAcceptedResponse({ type: UploadResultDto, description: 'At least one is being read.' })
  @ApiOkResponse({ type: UploadResultDto, description: 'Everything that was taken was there already.' })
  @ApiRefusal(403, 'Your quota is used up (`quota.exceeded`), or the origin is refused.')
  @ApiRefusal(413, 'A file is larger than allowed, or there are too many.')
  @ApiRefusal(415, 'The type of the file is not supported, or its content is of another type than declared.')
  @ApiRefusal(422, 'The file is empty, or the URL cannot be taken.')
  async add(
    @CurrentCaller() { ownerId }: Caller,
    @UuidParam('id') collectionId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UploadResultDto> {
    await this.adding.assertCollection(ownerId, collectionId);
    const target = { ownerId, collectionId, requestId: request.id };
    const exchange = { request, reply };
    if (request.isMultipart()) return this.addForm(exchange, target);
    return this.once(exchange, bodySha256Of(request), () => this.addOne(request.body, target));
  }

  @Put('documents/:id/content')
  @HttpCode(202)
  @ApiConsumes('multipart/form-data')
  @ApiBody({ type: ReplacementForm })
  @ApiOperation({
    summary: 'Replace the bytes of a document',
    description:
      'Searches answer from the old version until the new one is ready, then switch at once; if the new one fails, the old one stays.',
  })
  @ApiIfMatch()
  @ApiAcceptedResponse({
    type: DocumentDto,
    headers: etagHeader,
    description: 'A new version is being read.',
  })
  @ApiOkResponse({
    type: DocumentDto,
    headers: etagHeader,
    description: 'The document has these bytes already.',
  })
  @ApiRefusal(403, 'Your quota is used up (`quota.exceeded`), or the origin is refused.')
  @ApiRefusal(413, 'The file is larger than allowed.')
  @ApiRefusal(415, 'The type of the file is not supported, or its content is of another type than declared.')
  @ApiRefusal(422, 'The file is empty.')
  async replace(
    @CurrentCaller() { ownerId }: Caller,
    @UuidParam('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DocumentDto> {
    const expected = expectedRevision(ifMatch);
    await this.replacing.assertReplaceable(ownerId, id, expected);
    if (!request.isMultipart()) throw formExpected();
    const { parts } = await receiveForm(request, {
      maxFiles: 1,
      fields: [],
      receive: (file) => this.replacing.receive(id, file),
      discard: (file) => this.replacing.discard(file),
    });
    const [part] = parts;
    if (!part || 'error' in part) throw part?.error ?? formExpected();
    const replaced = await this.replacing.accept({ ownerId, id }, part.file, request.id, expected);
    void reply.code(replaced.queued ? 202 : 200).header('etag', revisionTag(replaced.document.revision));
    return DocumentDto.from(replaced.document);
  }

  /** The form is read first: only its content tells a repeat from another request with the same key. */
  private async addForm(exchange: Exchange, target: Target): Promise<UploadResultDto> {
    const reader: FormReader<ReceivedFile> = {
      maxFiles: this.config.filesPerUpload,
      fields: ['metadata'],
      receive: (file) => this.adding.receive(file),
      discard: (file) => this.adding.discard(file),
    };
    const form = await receiveForm(exchange.request, reader);
    try {
      return await this.once(exchange, sha256OfForm(form), () => this.addFiles(form, target));
    } finally {
      await discardForm(form, reader);
    }
  }

  /** Takes each part out of the form as it decides on it: what is left then is to be discarded. */
  private async addFiles(form: ReceivedForm<ReceivedFile>, target: Target): Promise<UploadOutcome> {
    const outcome = new UploadOutcome(target.requestId);
    const metadata = parseMetadata(form.fields.get('metadata') ?? '{}');
    for (let part = form.parts.shift(); part; part = form.parts.shift()) {
      if ('error' in part) outcome.refused(part.filename, part.error);
      else await this.addFile(part.file, { ...target, metadata }, outcome);
    }
    return outcome;
  }

  /** A quota may be used up by one file and hold for a smaller one after it: each part is judged by itself. */
  private async addFile(file: ReceivedFile, terms: Acceptance, outcome: UploadOutcome): Promise<void> {
    try {
      outcome.added(await this.adding.accept(file, terms));
    } catch (error) {
      if (!isQuotaExceeded(error)) throw error;
      outcome.refused(file.filename, error);
    }
  }

  private async once(
    exchange: Exchange,
    bodySha256: string,
    work: () => Promise<UploadOutcome>,
  ): Promise<UploadResultDto> {
    const body = await replyOnce(this.idempotency, exchange, { bodySha256, atomic: false }, async () => {
      const outcome = await work();
      return { status: outcome.status, body: outcome.toDto() };
    });
    return body as UploadResultDto;
  }

  private async addOne(body: unknown, target: Target): Promise<UploadOutcome> {
    const outcome = new UploadOutcome(target.requestId);
    if (typeof body === 'object' && body !== null && 'url' in body) {
      const { url, metadata = {} } = parseBody(AddUrlBody, body);
      assertMetadata(metadata);
      outcome.added(await this.fetching.add(url, { ...target, metadata }));
      return outcome;
    }
    const { title, text, metadata = {} } = parseBody(AddTextBody, body);
    assertMetadata(metadata);
    outcome.added(await this.adding.addText(title, text, { ...target, metadata }));
    return outcome;
  }
}

const formExpected = (): AppError =>
  new AppError({
    code: 'request.unsupported-media-type',
    kind: 'unsupported',
    message: 'Send the file as multipart/form-data, in a part named `file`.',
  });
