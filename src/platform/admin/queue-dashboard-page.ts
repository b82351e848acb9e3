import { html, type Html } from '../http/html.js';
import type { FailedJob, QueueState } from './queue-overview.js';

const style = `
  :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
  body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; font: 16px/1.5 system-ui, sans-serif; }
  table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top;
    padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
  td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; } .bad { color: #c62828; }
  code { font-family: ui-monospace, monospace; font-size: .9em; }`;

/** One page without a script; reload for newer numbers. */
export function renderDashboard(queues: QueueState[]): string {
  const states = Object.keys(queues[0]?.counts ?? {});
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Queues · Protostar</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <h1>Queues</h1>
        <table>
          <tr>
            <th>Queue</th>
            <th class="number">Live workers</th>
            <th class="number">In outbox</th>
            ${states.map((state) => html`<th class="number">${state}</th>`)}
          </tr>
          ${queues.map((queue) => row(queue, states))}
        </table>
        <h2>Failed jobs</h2>
        ${queues.flatMap(({ failed }) => failed).length === 0 ? html`<p>None.</p>` : ''}
        ${queues.filter(({ failed }) => failed.length > 0).map(failedTable)}
      </body>
    </html>`.text;
}

const row = (queue: QueueState, states: string[]): Html =>
  html`<tr>
    <td>${queue.name}</td>
    <td class="number ${queue.liveWorkers === 0 ? 'bad' : ''}">${queue.liveWorkers}</td>
    <td class="number">${queue.inOutbox}</td>
    ${states.map((state) => html`<td class="number">${queue.counts[state] ?? 0}</td>`)}
  </tr>`;

const failedTable = ({ name, failed }: QueueState): Html =>
  html`<h3>${name}</h3>
    <table>
      <tr>
        <th>Job</th>
        <th>Reason</th>
        <th class="number">Attempts</th>
        <th>Ended</th>
      </tr>
      ${failed.map(failedRow)}
    </table>`;

const failedRow = ({ id, name, reason, attempts, finishedAt }: FailedJob): Html =>
  html`<tr>
    <td>${name}<br /><code>${id}</code></td>
    <td>${reason.slice(0, 500)}</td>
    <td class="number">${attempts}</td>
    <td>${finishedAt?.toISOString()}</td>
  </tr>`;
