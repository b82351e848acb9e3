import type { OpenAPIObject } from '@nestjs/swagger';
import { html, type Html } from '../html.js';
import { refusals } from './refusals.js';
import { schemaView, type Schema } from './schema-view.js';

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

interface Content {
  /** Of an answer that many operations share. */
  $ref?: string;
  content?: Record<string, { schema?: Schema }>;
  description?: string;
}

interface Operation {
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: Content;
  responses?: Record<string, Content>;
}

interface Entry {
  method: string;
  path: string;
  operation: Operation;
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

const style = `
  :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
  body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; font: 16px/1.55 system-ui, sans-serif; }
  nav { columns: 2; border-bottom: 1px solid var(--line); padding-bottom: 1rem; }
  nav a { display: block; text-decoration: none; overflow-wrap: anywhere; }
  h2 { margin-top: 3rem; } h3 { margin: 2.5rem 0 .25rem; overflow-wrap: anywhere; }
  code, .method { font-family: ui-monospace, monospace; font-size: .92em; }
  .method { display: inline-block; min-width: 4.2em; font-weight: 700; }
  table { border-collapse: collapse; width: 100%; } td, th { text-align: left; vertical-align: top;
    padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); }
  ul { padding-left: 1.1rem; margin: .2rem 0; } small { opacity: .75; }
  @media (max-width: 40rem) { nav { columns: 1; } }`;

/** The API on one page for reading and printing: no script, no other host. */
export function renderReference(document: OpenAPIObject): string {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  const entries = entriesOf(document);
  const tags = [...new Set(entries.map(tagOf))];
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${document.info.title} API</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <h1>${document.info.title} API</h1>
        ${document.info.description?.split('\n\n').map((paragraph) => html`<p>${paragraph}</p>`)}
        <p><a href="/docs">Try it out</a> · <a href="/docs/openapi.json">OpenAPI</a></p>
        <nav>${tags.flatMap((tag) => entries.filter((entry) => tagOf(entry) === tag)).map(link)}</nav>
        ${tags.map(
          (tag) =>
            html`<h2>${tag}</h2>
              ${entries.filter((entry) => tagOf(entry) === tag).map((entry) => section(entry, schemas))}`,
        )}
        <h2 id="problems">Problems</h2>
        <table>
          ${Object.entries(refusals).map(
            ([status, { description }]) =>
              html`<tr>
                <td><code>${status}</code></td>
                <td>${description}</td>
              </tr>`,
          )}
        </table>
      </body>
    </html>`;
  return page.text;
}

const entriesOf = (document: OpenAPIObject): Entry[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = (item as unknown as Record<string, Operation | undefined>)[method];
      return operation ? [{ method: method.toUpperCase(), path, operation }] : [];
    }),
  );

const tagOf = ({ operation }: Entry): string => operation.tags?.[0] ?? 'Other';

const anchor = ({ method, path }: Entry): string =>
  `${method}-${path}`.replaceAll(/[^A-Za-z0-9]+/g, '-').toLowerCase();

const link = (entry: Entry): Html =>
  html`<a href="#${anchor(entry)}"
    ><span class="method">${entry.method}</span> <code>${entry.path}</code></a
  >`;

function section(entry: Entry, schemas: Record<string, Schema>): Html {
  const { operation, method, path } = entry;
  const answers = Object.entries(operation.responses ?? {});
  return html`<section>
    <h3 id="${anchor(entry)}"><span class="method">${method}</span> <code>${path}</code></h3>
    <p>${operation.summary}</p>
    ${operation.description && html`<p>${operation.description}</p>`}
    ${operation.parameters?.length ? parameterTable(operation.parameters) : ''}
    ${
      operation.requestBody &&
      html`<h4>Body</h4>
        ${content(operation.requestBody, schemas)}`
    }
    <h4>Answers</h4>
    <table>
      ${answers.filter(([, { $ref }]) => !$ref).map(([status, answer]) => answerRow(status, answer, schemas))}
    </table>
    <p>
      <small>
        <a href="#problems">Problems</a>:
        ${answers.map(([status, { $ref }]) => ($ref && status !== 'default' ? html`<code>${status}</code> ` : ''))}
      </small>
    </p>
  </section>`;
}

const answerRow = (status: string, answer: Content, schemas: Record<string, Schema>): Html =>
  html`<tr>
    <td><code>${status}</code></td>
    <td>${answer.description}${Number(status) < 400 ? content(answer, schemas) : ''}</td>
  </tr>`;

const parameterTable = (parameters: Parameter[]): Html =>
  html`<h4>Parameters</h4>
    <table>
      ${parameters.map(
        ({ name, in: where, required, description }) =>
          html`<tr>
            <td><code>${name}</code></td>
            <td>${where}${required ? ', required' : ''}</td>
            <td>${description}</td>
          </tr>`,
      )}
    </table>`;

const content = ({ content: byType }: Content, schemas: Record<string, Schema>): Html =>
  html`${Object.entries(byType ?? {}).map(
    ([type, { schema }]) => html`<div><small>${type}</small>${schema && schemaView(schema, schemas)}</div>`,
  )}`;
